// Each exit status, and the hint beside it, by a situation that a user can get into. Not here: `aborted`, which the process turns
// into the end by a signal (see signals.test.ts), and `closed`, for the command closes the key manager last of all.
import { rename, symlink, writeFile } from 'node:fs/promises'
import { exitCodes } from '@chatelaine/cli'
import { errorCodes } from '@chatelaine/core'
import { openKeyManager } from 'chatelaine'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { metadata, reset, type ScriptedServer, secretId, startScripted } from '../barbican/scripted-server.ts'
import { startChild } from '../services/child.ts'
import { freePort } from '../services/free-port.ts'
import { pin, type SoftHsm, softHsmInstalled, softHsmLibrary, startSoftHsm } from '../services/softhsm.ts'
import { localConfig, type Workplace, workplace } from './command.ts'

let place: Workplace

beforeEach(async () => {
  place = await workplace()
})

afterEach(() => place.folder.remove())

const reached = new Set<string>()

interface Expected {
  readonly message: RegExp
  readonly hint?: RegExp
  readonly input?: string
}

/** Runs the command, as text and as JSON: code, status, message and hint are the same. */
async function expectFailure(code: keyof typeof exitCodes, args: readonly string[], expected: Expected): Promise<void> {
  const { message, hint, input = 'correct horse' } = expected
  const { status, err, out } = await place.chatelaine(args, input)
  expect(err).toMatch(message)
  expect(status).toBe(exitCodes[code])
  expect(out.toString()).toBe('')
  const [first = '', second, ...rest] = err.trimEnd().split('\n')
  expect(first).toMatch(new RegExp(`^chatelaine: .* \\(${code}\\)$`))
  expect(rest).toEqual([])
  if (hint === undefined) expect(second).toBeUndefined()
  else expect(second).toMatch(new RegExp(`^hint: .*${hint.source}`))
  expect(err).not.toContain('correct horse')
  const answer = JSON.parse((await place.chatelaine(['--json', ...args], input)).err) as {
    error: { code: string; hint?: string }
  }
  expect(answer.error.code).toBe(code)
  expect(answer.error.hint).toBe(second?.slice('hint: '.length))
  reached.add(code)
}

async function stored(...args: string[]): Promise<string> {
  const { out, err } = await place.chatelaine(['store', '--kind', 'passphrase', ...args], 'correct horse')
  expect(err).toBe('')
  return out.toString().trim()
}

async function configure(text: string): Promise<void> {
  await writeFile(place.config, text)
}

function tokenConfig(login: string, more = ''): string {
  const options = `library_path = ${softHsmLibrary}\ntoken_labels = cli\nlogin = ${login}\n${more}`
  return `[key_manager]\napi_class = pkcs11\n[pkcs11]\n${options}`
}

function barbicanConfig(url: string): string {
  return `[key_manager]\napi_class = barbican\nauth_type = noauth\n[barbican]\nbarbican_endpoint = ${url}\n`
}

describe('on the local backend', () => {
  it('invalid_argument: there is no configuration', async () => {
    await rename(place.config, place.path('elsewhere'))
    await expectFailure('invalid_argument', ['list'], { message: /ENOENT/, hint: /config sample > chatelaine\.conf/ })
  })

  it('invalid_argument: an option, an api_class or a section is wrong', async () => {
    const hint = /config sample API_CLASS/
    await configure(`${localConfig}databse = x\n`)
    await expectFailure('invalid_argument', ['list'], { message: /no such option; did you mean database/, hint })
    await configure('[key_manager]\napi_class = locl\n')
    await expectFailure('invalid_argument', ['list'], { message: /did you mean local/, hint })
    await configure('[key_manager]\napi_class = local\n[local]\nmaster_key_file = x\n')
    await expectFailure('invalid_argument', ['list'], { message: /database: it is missing/, hint })
  })

  it('invalid_argument: a package is missing, and the message says what to install; no hint repeats it', async () => {
    await configure('[key_manager]\napi_class = not-installed-at-all/Driver\n')
    await expectFailure('invalid_argument', ['list'], { message: /npm install not-installed-at-all/ })
  })

  it('invalid_argument: nobody said whose project', async () => {
    await configure(localConfig.replace('project_id = demo\n', ''))
    for (const args of [['list'], ['get', 'x'], ['store', '--kind', 'opaque']]) {
      await expectFailure('invalid_argument', args, { message: /whose project is it/, hint: /--project ID/ })
    }
  })

  it('invalid_argument: the master key is missing, and the message says what lets it be made; no hint repeats it', async () => {
    await configure(localConfig.replace('autogen_master_key = true\n', ''))
    await expectFailure('invalid_argument', ['list'], { message: /autogen_master_key = true lets it be made/ })
  })

  it('invalid_argument: usage, a name that several have, no object said', async () => {
    await expectFailure('invalid_argument', ['stroe'], { message: /did you mean store/, hint: /`chatelaine --help`/ })
    await expectFailure('invalid_argument', ['config', 'chek'], {
      message: /check/,
      hint: /`chatelaine config --help`/,
    })
    await expectFailure('invalid_argument', ['store'], { message: /--kind/, hint: /`chatelaine store --help`/ })
    for (const word of ['update', 'rename', 'rotate']) {
      await expectFailure('invalid_argument', [word, 'x'], { message: /unknown/, hint: /objects never change: store/ })
    }
    await stored('--name', 'twice')
    await stored('--name', 'twice')
    for (const command of ['get', 'describe', 'delete']) {
      const [message, hint] = [/several objects/, /list --name NAME/]
      await expectFailure('invalid_argument', [command, '--name', 'twice'], { message, hint })
      await expectFailure('invalid_argument', [command], { message: /give an id/, hint: /`chatelaine list`/ })
    }
  })

  it('not_found: an id and a name that nothing has', async () => {
    for (const command of ['get', 'describe', 'delete']) {
      const hint = /`chatelaine list`/
      await expectFailure('not_found', [command, 'nobody'], { message: /no such object/, hint })
      await expectFailure('not_found', [command, '--name', 'nobody'], { message: /nothing has the name/, hint })
    }
  })

  it('already_exists: a chosen id, the file of --out, the file of a backup, the database', async () => {
    const id = await stored('--id', 'mine')
    const store = ['store', '--kind', 'opaque', '--id', 'mine']
    await expectFailure('already_exists', store, { message: /the id is taken/, hint: /without --id/, input: 'other' })
    await expectFailure('already_exists', ['get', id, '--out', place.config], { message: /--force replaces it/ })
    await expectFailure('already_exists', ['backup', place.config], { message: /exists/, hint: /--force/ })
    await expectFailure('already_exists', ['restore', place.config], { message: /move it away first/ })
  })

  it('not_extractable: a key that is never given out', async () => {
    const { out } = await place.chatelaine([
      'create-key',
      '--algorithm',
      'AES',
      '--bit-length',
      '256',
      '--no-extractable',
    ])
    const args = ['get', out.toString().trim()]
    await expectFailure('not_extractable', args, { message: /extractable: false/, hint: /`chatelaine describe`/ })
  })

  it('in_use: consumers are registered, and --force deletes it all the same', async () => {
    const id = await stored()
    const keys = await openKeyManager.fromFile(place.config)
    await keys.addConsumer({}, id, { service: 'nova', resourceType: 'servers', resourceId: '1' })
    await keys.close()
    await expectFailure('in_use', ['delete', id], { message: /1 consumers/, hint: /--force deletes/ })
    expect((await place.chatelaine(['delete', id, '--force'])).status).toBe(0)
  })

  it('integrity: the master key is another', async () => {
    await stored()
    await rename(place.path('master.jwk'), place.path('old.jwk'))
    const master = { kty: 'oct', kid: 'other', k: Buffer.alloc(32, 1).toString('base64url') }
    await writeFile(place.path('master.jwk'), JSON.stringify(master), { mode: 0o600 })
    await expectFailure('integrity', ['list'], { message: /master key/ })
  })

  it('exhausted: what standard output goes to is full', async () => {
    const id = await stored()
    const printed = await place.shell(`chatelaine get ${id} >/dev/full 2>err; echo $?; cat err`)
    expect(printed).toMatch(/^11\nchatelaine: standard output cannot be written \(ENOSPC\) \(exhausted\)\n$/)
    reached.add('exhausted')
  })

  it('deadline_exceeded: the time limit passes while another process holds the lock', async () => {
    await stored()
    const holder = startChild('local-lock.ts', [place.path('keys.db'), '60000'])
    await holder.line()
    try {
      const args = ['store', '--kind', 'opaque', '--timeout', '50']
      await expectFailure('deadline_exceeded', args, { message: /deadline/, hint: /a longer --timeout/ })
    } finally {
      holder.process.kill()
      await holder.ended
    }
  })

  it('unavailable: another process holds the lock for longer than timeout_ms', async () => {
    await stored()
    await configure(`${localConfig}timeout_ms = 50\n`)
    const holder = startChild('local-lock.ts', [place.path('keys.db'), '60000'])
    await holder.line()
    try {
      await expectFailure('unavailable', ['store', '--kind', 'opaque'], { message: /lock/, hint: /try again/ })
    } finally {
      holder.process.kill()
      await holder.ended
    }
  })

  it('unknown: what nobody has foreseen, such as a link to itself where the master key should be', async () => {
    await symlink(place.path('master.jwk'), place.path('master.jwk'))
    await expectFailure('unknown', ['list'], { message: /ELOOP/ })
  })
})

describe.skipIf(!softHsmInstalled)('on SoftHSM', () => {
  let hsm: SoftHsm

  beforeEach(async () => {
    hsm = await startSoftHsm('cli')
  })

  afterEach(() => hsm.close())

  it('unauthenticated: the PIN is wrong, and is not shown', async () => {
    await configure(tokenConfig('98765432'))
    const { status, err } = await place.chatelaine(['list'])
    expect(status).toBe(exitCodes.unauthenticated)
    expect(err).toMatch(/\(unauthenticated\)\nhint: correct the credentials/)
    expect(err).not.toContain('98765432')
    reached.add('unauthenticated')
  })

  it('permission_denied: the token is of another project, or of none', async () => {
    await configure(tokenConfig(pin, 'project_id = other\n'))
    const store = ['-p', 'demo', 'store', '--kind', 'opaque']
    await expectFailure('permission_denied', store, { message: /another project/ })
    await configure(tokenConfig(pin))
    await expectFailure('permission_denied', store, { message: /set project_id in/, hint: /leave --project out/ })
    expect((await place.chatelaine(['store', '--kind', 'opaque'], 'x')).status).toBe(0)
  })

  it('unsupported: what a token has no place for, and what only the local backend has', async () => {
    await configure(tokenConfig(pin))
    const store = ['store', '--kind', 'opaque', '--expiration', '2099-01-31T12:00:00Z']
    await expectFailure('unsupported', store, { message: /does not support an expiration/, hint: /leave that out/ })
    for (const args of [['purge'], ['backup', place.path('copy')], ['restore', place.path('copy')]]) {
      await expectFailure('unsupported', args, { message: /only the local backend/ })
    }
  })
})

describe('on Barbican', () => {
  it('unavailable: nobody listens there', async () => {
    await configure(barbicanConfig(`http://127.0.0.1:${await freePort()}`))
    await expectFailure('unavailable', ['-p', 'demo', 'list'], { message: /ECONNREFUSED|connect/i, hint: /try again/ })
  })

  // A double: the real server does not lose a connection when it is asked to.
  it('indeterminate: the connection is lost after the request was sent', async () => {
    const server: ScriptedServer = await startScripted()
    try {
      server.script((response, seen) => (seen.method === 'DELETE' ? reset : metadata)(response, seen))
      await configure(barbicanConfig(server.url))
      const message = /not known|may have been|indeterminate/
      await expectFailure('indeterminate', ['-p', 'demo', 'delete', secretId], {
        message,
        hint: /look before you repeat/,
      })
    } finally {
      await server.close()
    }
  })
})

it('every code but two has been reached', () => {
  const unreachable = [
    'aborted',
    'closed',
    ...(softHsmInstalled ? [] : ['unauthenticated', 'permission_denied', 'unsupported']),
  ]
  expect([...reached].sort()).toEqual(errorCodes.filter((code) => !unreachable.includes(code)).sort())
})
