import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { closedPipe, exitCodes } from '@chatelaine/cli'
import { opaque, openKeyManager } from 'chatelaine'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { metadata, type ScriptedServer, secretId, silence, startScripted } from '../barbican/scripted-server.ts'
import { installed } from '../services/installed.ts'
import { nodeArguments, type Workplace, workplace } from './command.ts'

const exec = promisify(execFile)
let place: Workplace

beforeEach(async () => {
  place = await workplace()
})

afterEach(() => place.folder.remove())

interface Process {
  readonly child: ChildProcess
  /** The status, or the signal that has ended it, and what it said. */
  readonly ended: Promise<{ readonly how: number | NodeJS.Signals | null; readonly out: string; readonly err: string }>
}

function start(...args: string[]): Process {
  const child = spawn(process.execPath, [...nodeArguments, ...args], {
    cwd: place.path(''),
    env: place.environment,
    stdio: 'pipe',
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()))
  const ended = once(child, 'close').then(([code, signal]) => ({
    how: (signal ?? code) as number | NodeJS.Signals | null,
    out,
    err,
  }))
  return { child, ended }
}

async function fill(count: number, bytes: number): Promise<void> {
  const keys = await openKeyManager.fromFile(place.config)
  for (let index = 0; index < count; index += 1) {
    await keys.store({}, opaque(Buffer.alloc(bytes, 1), { name: 'n'.repeat(200) }))
  }
  await keys.close()
}

describe('a call that does not come to an end', () => {
  let server: ScriptedServer

  beforeEach(async () => {
    server = await startScripted()
    const config = `[key_manager]\napi_class = barbican\nauth_type = noauth\n[barbican]\nbarbican_endpoint = ${server.url}\n`
    await place.shell(`cat > chatelaine.conf <<'END'\n${config}END`)
  })

  afterEach(() => server.close())

  async function asked(): Promise<void> {
    while (server.count() === 0) await delay(20)
  }

  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const) {
    it(`is ended by ${signal}, nothing is written, and a shell sees ${128 + number}`, async () => {
      server.script(silence)
      const before = readdirSync(place.path(''))
      const { child, ended } = start('-p', 'demo', 'get', secretId, '--out', 'value')
      await asked()
      child.kill(signal)
      const { how, out, err } = await ended
      expect(how).toBe(signal)
      expect(out).toBe('')
      expect(err).toMatch(/^chatelaine: warning: .*noauth.*\nchatelaine: get .*\(aborted\)\n$/)
      expect(readdirSync(place.path(''))).toEqual(before)
      const shell = `chatelaine -p demo get ${secretId} & sleep 0.1; while kill -0 $! && ! test -e asked; do sleep 0.1; done; kill -${signal.slice(3)} $!; wait $!; echo $?`
      server.script((...given) => {
        void place.shell('touch asked')
        silence(...given)
      })
      expect(await place.shell(`${shell} 2>/dev/null`)).toBe(`${128 + number}\n`)
    })
  }

  it('says that the outcome is not known where the request may have done something', async () => {
    server.script(metadata, silence)
    const { child, ended } = start('-p', 'demo', 'delete', secretId)
    while (server.count() < 2) await delay(20)
    child.kill('SIGINT')
    const { how, err } = await ended
    expect(how).toBe('SIGINT')
    expect(err).toMatch(/\(indeterminate\)\nhint: look before you repeat/)
  })

  it('is ended by --timeout', async () => {
    server.script(silence)
    const { ended } = start('-p', 'demo', 'get', secretId, '--timeout', '300')
    expect(await ended).toMatchObject({
      how: exitCodes.deadline_exceeded,
      err: expect.stringMatching(/deadline_exceeded/) as unknown,
    })
  })
})

it('a signal while the value is awaited on standard input stores nothing', async () => {
  const { child, ended } = start('store', '--kind', 'opaque')
  child.stdin?.write('half of it')
  await delay(1_500)
  child.kill('SIGINT')
  expect(await ended).toMatchObject({
    how: 'SIGINT',
    err: expect.stringMatching(/before the value was read/) as unknown,
  })
  expect((await place.chatelaine(['list'])).out.toString()).toBe('')
})

it('a signal in the middle of a backup leaves nothing of it behind', async () => {
  await fill(30, 1_000_000)
  const interruption = new AbortController()
  const before = readdirSync(place.path(''))
  const running = place.chatelaine(['backup', place.path('copy')], '', { signal: interruption.signal })
  const begun = () => readdirSync(place.path('')).some((name) => name.startsWith('copy.'))
  while (!begun()) await new Promise(setImmediate)
  interruption.abort()
  expect((await running).status).toBe(exitCodes.aborted)
  expect(readdirSync(place.path(''))).toEqual(before)
})

describe('a reader that goes away', () => {
  beforeEach(() => fill(1_500, 1))

  for (const args of ['list', 'list --json']) {
    it(`ends chatelaine ${args} without a word, as SIGPIPE would`, async () => {
      const printed = await place.shell(
        `chatelaine ${args} 2>err | head -1 >/dev/null; echo \${PIPESTATUS[0]}; cat err`,
      )
      expect(printed).toBe(`${closedPipe}\n`)
    })
  }

  it('that reads no more is waited for no longer than two seconds after a signal', async () => {
    const { child, ended } = start('list')
    child.stdout?.pause()
    await delay(2_500)
    child.kill('SIGINT')
    const started = performance.now()
    const [, signal] = (await once(child, 'exit')) as [unknown, NodeJS.Signals]
    expect(signal).toBe('SIGINT')
    expect(performance.now() - started).toBeLessThan(10_000)
    child.stdout?.destroy()
    await ended
  })
})

it('without any signal an aborted call has the status of its code', async () => {
  const { status } = await place.chatelaine(['list'], '', { signal: AbortSignal.abort() })
  expect(status).toBe(exitCodes.aborted)
})

it.skipIf(!installed('tmux', '/usr/bin/tmux'))('Ctrl-C in a terminal ends it with status 130', async () => {
  const socket = place.path('tmux')
  const on = (...args: string[]) => exec('tmux', ['-S', socket, '-f', '/dev/null', ...args], { env: place.environment })
  const command = `cd '${place.path('')}' && mkfifo never && chatelaine store --kind opaque < never; echo "status $?"; sleep 60`
  await on('new-session', '-d', '-x', '80', '-y', '24', 'bash', '--norc', '-c', `trap : INT; ${command}`)
  try {
    await delay(300)
    const opener = spawn('sh', ['-c', 'exec sleep 60 > never'], { cwd: place.path('') })
    await delay(2_000)
    await on('send-keys', 'C-c')
    let screen = ''
    for (let attempt = 0; attempt < 100 && !/status \d/.test(screen); attempt += 1) {
      await delay(100)
      screen = (await on('capture-pane', '-p')).stdout
    }
    opener.kill()
    expect(screen).toMatch(/status 130/)
    expect(screen).toMatch(/\(aborted\)/)
  } finally {
    await on('kill-server')
  }
})
