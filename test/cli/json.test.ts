import { rename, writeFile } from 'node:fs/promises'
import { commandTree, leaves } from '@chatelaine/cli'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Workplace, workplace } from './command.ts'

let place: Workplace

beforeAll(async () => {
  place = await workplace()
  await place.chatelaine(['store', '--kind', 'passphrase', '--id', 'mine', '--name', 'named'], 'correct horse')
})

afterAll(() => place.folder.remove())

interface Case {
  readonly good: readonly string[]
  /** What is on standard output then; several lines where it is a list of them. */
  readonly answer: unknown
  readonly bad: readonly string[]
  readonly code: string
  readonly before?: () => Promise<unknown>
}

const id = { id: expect.any(String) as unknown }
const script = { script: expect.stringContaining('chatelaine') as unknown }

// Every command of the program, in the order in which they can be run after each other.
const cases: Readonly<Record<string, Case>> = {
  store: {
    good: ['--kind', 'opaque'],
    answer: id,
    bad: ['--kind', 'opaque', '--id', 'mine'],
    code: 'already_exists',
  },
  get: {
    good: ['mine'],
    answer: { id: 'mine', name: 'named', value: Buffer.from('correct horse').toString('base64') },
    bad: ['nobody'],
    code: 'not_found',
  },
  describe: { good: ['mine'], answer: { id: 'mine', kind: 'passphrase' }, bad: ['nobody'], code: 'not_found' },
  list: {
    good: ['--kind', 'passphrase'],
    answer: { id: 'mine', name: 'named' },
    bad: ['--limit', 'x'],
    code: 'invalid_argument',
  },
  delete: { good: ['mine'], answer: { deleted: 'mine' }, bad: ['mine'], code: 'not_found' },
  'create-key': {
    good: ['--algorithm', 'AES', '--bit-length', '256'],
    answer: id,
    bad: ['--algorithm', 'ROT13'],
    code: 'unsupported',
  },
  'create-key-pair': {
    good: ['--algorithm', 'Ed25519'],
    answer: { privateId: id.id, publicId: id.id },
    bad: ['--algorithm', 'ROT13'],
    code: 'unsupported',
  },
  health: { good: [], answer: { status: 'ok' }, bad: ['--timeout', 'x'], code: 'invalid_argument' },
  backup: { good: ['backup.db'], answer: { backup: 'backup.db' }, bad: ['backup.db'], code: 'already_exists' },
  restore: {
    before: () => rename(place.path('keys.db'), place.path('old.db')),
    good: ['backup.db'],
    answer: { restored: 'backup.db' },
    bad: ['backup.db'],
    code: 'already_exists',
  },
  purge: { good: [], answer: { purged: 0 }, bad: ['what'], code: 'invalid_argument' },
  'config check': {
    good: [],
    answer: { apiClass: 'local', notices: [] },
    bad: ['-m', 'nobody'],
    code: 'invalid_argument',
  },
  'config sample': {
    good: [],
    answer: { apiClass: 'local', sample: expect.stringContaining('[local]') as unknown },
    bad: ['nothing'],
    code: 'invalid_argument',
  },
  'config schema': { good: [], answer: { type: 'object' }, bad: ['what'], code: 'invalid_argument' },
  completion: { good: ['bash'], answer: { shell: 'bash', ...script }, bad: ['tcsh'], code: 'invalid_argument' },
  man: { good: [], answer: { man: expect.stringContaining('.Dt') as unknown }, bad: ['7'], code: 'invalid_argument' },
  help: { good: ['store'], answer: { path: 'store', name: 'store' }, bad: ['nothing'], code: 'invalid_argument' },
}

function json(args: readonly string[]) {
  // Files that are named stand in the folder of the test.
  const given = args.map((word) => (word === 'backup.db' ? place.path(word) : word))
  return place.chatelaine(['--json', ...given], 'x')
}

function withFolder(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer).replaceAll('"backup.db"', JSON.stringify(place.path('backup.db'))))
}

describe('with --json', () => {
  it('every command of the program is tried here', () => {
    expect(Object.keys(cases).sort()).toEqual(
      leaves(commandTree())
        .map(({ path }) => path)
        .sort(),
    )
  })

  for (const [path, { good, answer, bad, code, before }] of Object.entries(cases)) {
    it(`${path} writes JSON and nothing else`, async () => {
      await before?.()
      const { status, out, err } = await json([...path.split(' '), ...good])
      expect(err).toBe('')
      expect(status).toBe(0)
      const wanted = path === 'backup' || path === 'restore' ? withFolder(answer) : answer
      expect(JSON.parse(out.toString())).toMatchObject(Object(wanted) as object)
      expect(out.toString().endsWith('\n')).toBe(true)
    })

    it(`${path} that fails writes JSON to standard error, and nothing else`, async () => {
      const { status, out, err } = await json([...path.split(' '), ...bad])
      expect(status).not.toBe(0)
      expect(out.toString()).toBe('')
      expect(err.split('\n').length).toBe(2)
      expect(JSON.parse(err)).toMatchObject({
        error: { code, message: expect.stringMatching(/./) as unknown, retryable: false },
      })
    })
  }

  it('the forms of a value are told apart', async () => {
    const { out } = await json(['create-key-pair', '--algorithm', 'Ed25519'])
    const { privateId } = JSON.parse(out.toString()) as { privateId: string }
    const raw = JSON.parse((await json(['get', privateId])).out.toString()) as { value: string }
    expect(Buffer.from(raw.value, 'base64')[0]).toBe(0x30)
    expect(JSON.parse((await json(['get', privateId, '--format', 'pem'])).out.toString())).toMatchObject({
      pem: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----/) as unknown,
    })
    expect(JSON.parse((await json(['get', privateId, '--format', 'jwk'])).out.toString())).toMatchObject({
      jwk: { crv: 'Ed25519' },
    })
  })

  it('get --out writes the bare value to the file, and no value to standard output', async () => {
    const stored = await place.chatelaine(['store', '--kind', 'passphrase'], 'correct horse')
    const out = place.path('value')
    const answer = await json(['get', stored.out.toString().trim(), '--out', out])
    expect(JSON.parse(answer.out.toString())).toMatchObject({ kind: 'passphrase', out })
    expect(JSON.parse(answer.out.toString())).not.toHaveProperty('value')
    expect(answer.out.toString()).not.toMatch(/correct|Y29ycmVj/)
    expect(await place.shell('cat value')).toBe('correct horse')
  })

  it('a warning is JSON too, and an empty list is no line', async () => {
    const { err } = await place.chatelaine(['--json', 'store', '--kind', 'passphrase'], 'x\n')
    expect(JSON.parse(err)).toMatchObject({ warning: { message: expect.stringMatching(/line feed/) as unknown } })
    expect((await json(['list', '--name', 'nobody'])).out.toString()).toBe('')
  })

  it('usage that commander refuses is JSON, wherever --json stands', async () => {
    const wrong = [[], ['config'], ['stor'], ['store'], ['store', '--kind'], ['store', '--kind', 'x'], ['get', '--nam']]
    for (const words of wrong) {
      for (const args of [
        ['--json', ...words],
        [...words, '--json'],
      ]) {
        const { status, out, err } = await place.chatelaine(args)
        expect(status).toBe(2)
        expect(out.toString()).toBe('')
        expect(JSON.parse(err)).toMatchObject({ error: { code: 'invalid_argument' } })
      }
    }
  })

  it('help is the command tree, and the version an object', async () => {
    const { out } = await json(['--help'])
    expect(JSON.parse(out.toString())).toEqual(JSON.parse(JSON.stringify(commandTree())))
    for (const args of [
      ['--version', '--json'],
      ['--json', '-V'],
    ]) {
      expect(JSON.parse((await place.chatelaine(args)).out.toString())).toMatchObject({
        version: expect.stringMatching(/^\d/) as unknown,
      })
    }
  })

  it('a failure in the middle of a list leaves whole lines behind it', async () => {
    await place.chatelaine(['store', '--kind', 'opaque', '--name', 'one'], 'x')
    await place.chatelaine(['store', '--kind', 'opaque', '--name', 'two'], 'x')
    await writeFile(
      place.path('break.mjs'),
      `import Sqlite from ${JSON.stringify(import.meta.resolve('better-sqlite3'))}
const database = new Sqlite('keys.db')
database.exec("UPDATE objects SET name = 'three' WHERE name = 'two'")
database.close()`,
    )
    await place.shell(`"${process.execPath}" break.mjs`)
    const { out, err, status } = await json(['list'])
    expect(status).toBe(10)
    for (const line of out.toString().trim().split('\n').filter(Boolean)) JSON.parse(line)
    expect(JSON.parse(err)).toMatchObject({ error: { code: 'integrity' } })
  })
})
