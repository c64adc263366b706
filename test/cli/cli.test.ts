import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { exitCodes } from '@chatelaine/cli'
import { errorCodes } from '@chatelaine/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { terminal, type Workplace, workplace } from './command.ts'

let place: Workplace
let folder: Workplace['folder']
let config: string
let chatelaine: Workplace['chatelaine']

beforeEach(async () => {
  place = await workplace()
  ;({ folder, config, chatelaine } = place)
})

afterEach(() => folder.remove())

async function stored(input: string | Buffer = 'correct horse', ...args: string[]): Promise<string> {
  const { status, out, err } = await chatelaine(['store', '--kind', 'passphrase', ...args], input)
  expect(err).toBe('')
  expect(status).toBe(0)
  return out.toString().trim()
}

describe('store and get', () => {
  it('store prints the id and nothing else, get writes the bare value', async () => {
    const { out, status } = await chatelaine(['store', '--kind', 'passphrase', '--name', 'db'], 'correct horse')
    expect(status).toBe(0)
    expect(out.toString()).toMatch(/^[0-9a-f-]{36}\n$/)
    expect((await chatelaine(['get', out.toString().trim()])).out.toString()).toBe('correct horse')
  })

  it('keeps every byte', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index))
    const { out } = await chatelaine(['store', '--kind', 'opaque'], bytes)
    expect((await chatelaine(['get', out.toString().trim()])).out.equals(bytes)).toBe(true)
  })

  it('a passphrase with a line feed at its end is stored as it is, and said', async () => {
    const { out, err } = await chatelaine(['store', '--kind', 'passphrase'], 'x\n')
    expect(err).toMatch(/line feed/)
    expect((await chatelaine(['get', out.toString().trim()])).out.toString()).toBe('x\n')
  })

  it('--in reads a file; --out makes one of 0600 and replaces it only with --force', async () => {
    await writeFile(folder.path('in'), 'from a file')
    const { out } = await chatelaine(['store', '--kind', 'passphrase', '--in', folder.path('in')])
    const [id, target] = [out.toString().trim(), folder.path('out')]
    expect((await chatelaine(['get', id, '--out', target])).out.length).toBe(0)
    expect(await readFile(target, 'utf8')).toBe('from a file')
    expect((await stat(target)).mode & 0o777).toBe(0o600)
    await writeFile(target, 'mine', { mode: 0o644 })
    expect((await chatelaine(['get', id, '--out', target])).status).toBe(exitCodes.already_exists)
    expect(await readFile(target, 'utf8')).toBe('mine')
    expect((await chatelaine(['get', id, '--out', target, '--force'])).status).toBe(0)
    expect(await readFile(target, 'utf8')).toBe('from a file')
    expect((await stat(target)).mode & 0o777).toBe(0o600)
  })

  it('a terminal is shown a value only with --reveal, and asked for none', async () => {
    const id = await stored()
    const [hidden, shown] = [terminal(), terminal()]
    const refused = await chatelaine(['get', id], '', { stdout: hidden.stdout })
    expect(refused.status).toBe(exitCodes.invalid_argument)
    expect(refused.err).toMatch(/--reveal/)
    expect(hidden.text()).toBe('')
    await chatelaine(['get', id, '--reveal'], '', { stdout: shown.stdout })
    expect(shown.text()).toBe('correct horse\n')
    const stdin = Object.assign(Readable.from([]), { isTTY: true })
    expect((await chatelaine(['store', '--kind', 'passphrase'], '', { stdin })).err).toMatch(/--in FILE/)
  })

  it('keys come in as PEM and lead out as PEM and JWK', async () => {
    const { out } = await chatelaine(['create-key-pair', '--algorithm', 'EC', '--bit-length', '256'])
    const [privateId = '', publicId = ''] = out.toString().trim().split('\n')
    const pem = (await chatelaine(['get', privateId, '--format', 'pem'])).out
    expect(pem.toString()).toMatch(/^-----BEGIN PRIVATE KEY-----/)
    const again = await chatelaine(['store', '--kind', 'private', '--name', 'again'], pem)
    const described = JSON.parse((await chatelaine(['--json', 'describe', again.out.toString().trim()])).out.toString())
    expect(described).toMatchObject({ kind: 'private', algorithm: 'EC', bitLength: 256, name: 'again' })
    expect(JSON.parse((await chatelaine(['get', publicId, '--format', 'jwk'])).out.toString())).toMatchObject({
      crv: 'P-256',
    })
  })

  it('get --name finds the one object of that name, and refuses where there are several', async () => {
    await stored('one', '--name', 'unique')
    expect((await chatelaine(['get', '--name', 'unique'])).out.toString()).toBe('one')
    await stored('two', '--name', 'unique')
    const ambiguous = await chatelaine(['get', '--name', 'unique'])
    expect(ambiguous).toMatchObject({
      status: exitCodes.invalid_argument,
      err: expect.stringMatching(/several objects/),
    })
    expect((await chatelaine(['get', '--name', 'nobody'])).status).toBe(exitCodes.not_found)
  })

  it('--kind tells the halves of a pair apart that have one name', async () => {
    await chatelaine(['create-key-pair', '--algorithm', 'Ed25519', '--name', 'signing'])
    expect((await chatelaine(['get', '--name', 'signing'])).err).toMatch(/several objects/)
    const { out } = await chatelaine(['get', '--name', 'signing', '--kind', 'private', '--format', 'pem'])
    expect(out.toString()).toMatch(/^-----BEGIN PRIVATE KEY-----/)
    expect((await chatelaine(['describe', '--name', 'signing', '--kind', 'public'])).out.toString()).toMatch(/public/)
  })

  it('describe and delete go by name as get does, and touch nothing where several have it', async () => {
    const first = await stored('one', '--name', 'unique')
    expect((await chatelaine(['describe', '--name', 'unique'])).out.toString()).toContain(first)
    const second = await stored('two', '--name', 'unique')
    for (const command of ['describe', 'delete']) {
      const { status, err } = await chatelaine([command, '--name', 'unique'])
      expect(status).toBe(exitCodes.invalid_argument)
      expect(err).toMatch(/several objects/)
      expect((await chatelaine([command, '--name', 'nobody'])).status).toBe(exitCodes.not_found)
    }
    expect((await chatelaine(['get', first])).status).toBe(0)
    await chatelaine(['delete', second])
    expect((await chatelaine(['delete', '--name', 'unique'])).status).toBe(0)
    expect((await chatelaine(['get', first])).status).toBe(exitCodes.not_found)
  })

  it('a file that cannot be read or written is said, and nothing is left of it', async () => {
    const id = await stored()
    expect(await chatelaine(['get', id, '--out', folder.path('no/folder')])).toMatchObject({
      status: exitCodes.invalid_argument,
      err: expect.stringMatching(/cannot be written \(ENOENT\)/),
    })
    expect(await chatelaine(['store', '--kind', 'opaque', '--in', folder.path('nothing')])).toMatchObject({
      status: exitCodes.invalid_argument,
      err: expect.stringMatching(/cannot be read \(ENOENT\)/),
    })
    expect(await chatelaine(['backup', folder.path('no/folder')])).toMatchObject({
      status: exitCodes.invalid_argument,
      err: expect.stringMatching(/ENOENT/),
    })
  })

  it('--expiration, --no-extractable and --id are kept', async () => {
    const { out } = await chatelaine(
      ['store', '--kind', 'symmetric', '--expiration', '2099-01-31T12:00:00Z', '--no-extractable', '--id', 'mine'],
      Buffer.alloc(32, 1),
    )
    expect(out.toString()).toBe('mine\n')
    expect(JSON.parse((await chatelaine(['--json', 'describe', 'mine'])).out.toString())).toMatchObject({
      expiration: '2099-01-31T12:00:00.000Z',
      extractable: false,
      algorithm: 'AES',
    })
    expect((await chatelaine(['get', 'mine'])).status).toBe(exitCodes.not_extractable)
  })
})

describe('list, describe and delete', () => {
  it('list is a table that people can read, or JSON lines', async () => {
    const id = await stored('x', '--name', 'evil\u001b[31m\u202ename')
    const { out } = await chatelaine(['list'])
    const [heading = '', row = ''] = out.toString().split('\n')
    expect(heading).toMatch(/^ID +KIND +NAME/)
    expect(row.startsWith(id)).toBe(true)
    expect(row).toContain('evil\\u{1b}[31m\\u{202e}name')
    const lines = (await chatelaine(['--json', 'list'])).out.toString().trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ id, kind: 'passphrase' }])
    expect((await chatelaine(['list', '--kind', 'opaque'])).out.toString()).toBe('')
    expect((await chatelaine(['list', '--limit', 'many'])).status).toBe(exitCodes.invalid_argument)
  })

  it('list shows every row, however many there are', async () => {
    for (let index = 0; index < 230; index += 1) await stored(`x${index}`)
    const rows = (await chatelaine(['list'])).out.toString().trim().split('\n')
    expect(rows.length).toBe(231)
    expect((await chatelaine(['list', '--limit', '3'])).out.toString().trim().split('\n').length).toBe(4)
  })

  it('delete prints nothing, and the object is gone', async () => {
    const id = await stored()
    expect(await chatelaine(['delete', id])).toMatchObject({ status: 0, err: '' })
    const gone = await chatelaine(['get', id])
    expect(gone.status).toBe(exitCodes.not_found)
    expect(gone.err.split('\n')[0]).toBe(`chatelaine: get "${id}": no such object (not_found)`)
    expect(JSON.parse((await chatelaine(['--json', 'get', id])).err)).toMatchObject({ error: { code: 'not_found' } })
  })
})

describe('maintenance', () => {
  it('backup and restore bring back what was there', async () => {
    const id = await stored()
    expect((await chatelaine(['backup', folder.path('backup.db')])).status).toBe(0)
    expect((await chatelaine(['backup', folder.path('backup.db')])).status).toBe(exitCodes.already_exists)
    expect((await chatelaine(['restore', folder.path('backup.db')])).status).toBe(exitCodes.already_exists)
    await mkdir(folder.path('old'))
    const { rename } = await import('node:fs/promises')
    await rename(folder.path('keys.db'), folder.path('old/keys.db'))
    expect(await chatelaine(['restore', folder.path('backup.db')])).toMatchObject({ status: 0, err: '' })
    expect((await chatelaine(['get', id])).out.toString()).toBe('correct horse')
  })

  it('health, purge, config check and config sample answer', async () => {
    expect((await chatelaine(['health'])).out.toString()).toBe('ok\n')
    expect((await chatelaine(['purge'])).out.toString()).toBe('0\n')
    expect((await chatelaine(['config', 'check'])).out.toString()).toBe(`${config}: ok, local\n`)
    expect((await chatelaine(['config', 'sample'])).out.toString()).toMatch(/#database = /)
    expect((await chatelaine(['config', 'sample', 'nothing'])).status).toBe(exitCodes.invalid_argument)
  })

  it('what the configuration chose to be weaker is said by config check, and by every command in its own form', async () => {
    const weak =
      '[key_manager]\napi_class = barbican\n[barbican]\nbarbican_endpoint = https://127.0.0.1:9\nverify_ssl = no\n'
    await writeFile(place.path('weak.conf'), `${weak}request_retries = 0\n`)
    const notice = '[barbican] verify_ssl: certificates are not verified, and anybody can pose as Barbican'
    expect(await place.shell('chatelaine --config weak.conf config check')).toBe(
      `weak.conf: ok, barbican\nnotice: ${notice}\n`,
    )
    const health = (flags: string) =>
      place.shell(`chatelaine --config weak.conf ${flags} health 2>&1 >/dev/null || true`)
    expect(await health('')).toMatch(`chatelaine: warning: ${notice}\n`)
    const [line = ''] = (await health('--json')).split('\n')
    expect(JSON.parse(line)).toEqual({ warning: { message: notice } })
  })

  it('config check opens nothing', async () => {
    await chatelaine(['config', 'check'])
    await expect(stat(folder.path('keys.db'))).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

it('every error code has an exit status of its own', () => {
  expect(Object.keys(exitCodes).sort()).toEqual([...errorCodes].sort())
  expect(new Set(Object.values(exitCodes)).size).toBe(errorCodes.length)
})

const usage: readonly (readonly string[])[] = [
  [],
  ['stor'],
  ['store'],
  ['store', '--kind', 'secret'],
  ['get'],
  ['get', 'id', '--name', 'name'],
  ['delete'],
  ['describe', 'id', '--kind', 'opaque'],
  ['get', 'id', '--format', 'der'],
  ['store', '--kind', 'passphrase', '--expiration', 'tomorrow'],
  ['store', '--kind', 'passphrase', 'correct horse'],
  ['health', '--timeout', 'soon'],
  ['health', '--timeout', '0'],
  ['completion', 'tcsh'],
  ['create-key'],
  ['create-key', '--algorithm', 'AES', '--bit-length', 'many'],
]

it('no value that was given in the wrong place is repeated', async () => {
  const wrong = [
    ['store', '--kind', 'passphrase', 'hunter2'],
    ['store', '--kind', 'passphrase', '--password=hunter2'],
    ['store', '--kind', 'passphrase', '--nam=hunter2'],
    ['store', '--kind', 'passphrase', '-whunter2'],
    ['store', '--kind', 'hunter2'],
    ['get', 'id', '--format', 'hunter2'],
    ['completion', 'hunter2'],
    ['list', '--limit', 'hunter2'],
    ['create-key', '--algorithm', 'AES', '--bit-length', 'hunter2'],
    ['health', '--timeout', 'hunter2'],
  ]
  for (const args of wrong) {
    const { status, err } = await chatelaine(args, 'x')
    expect(status, args.join(' ')).toBe(2)
    expect(err, args.join(' ')).not.toMatch(/hunter2|^$/)
    expect((await chatelaine(['--json', ...args], 'x')).err).not.toMatch(/hunter2|^$/)
  }
})

for (const args of usage) {
  it(`chatelaine ${args.join(' ')} is wrong usage`, async () => {
    const { status, err, out } = await chatelaine(args, 'x')
    expect(status).toBe(2)
    expect(err).not.toBe('')
    expect(out.length).toBe(0)
  })
}
