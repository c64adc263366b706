import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { Worker } from 'node:worker_threads'
import { KeyManager, symmetricKey } from '@chatelaine/core'
import { Pkcs11Driver } from '@chatelaine/pkcs11'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { canCompile } from '../services/pkcs11/compile.ts'
import { buildFaultyModule, type FaultyModule } from '../services/pkcs11/faulty-module.ts'
import { pin, type SoftHsm, softHsmInstalled, softHsmLibrary, startSoftHsm } from '../services/softhsm.ts'
import { codeOf, names } from './outcome.ts'

const conditions = ['--conditions=chatelaine-source']
const application = (name: string) => new URL(`../fixtures/pkcs11-${name}.ts`, import.meta.url)

async function childrenOf(pid: number): Promise<number[]> {
  const threads = await readdir(`/proc/${pid}/task`)
  const texts = threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => ''))
  return (await Promise.all(texts)).flatMap((text) => text.split(' ').filter(Boolean).map(Number))
}

function areGone(lanes: readonly number[]): boolean {
  return lanes.every((lane) => !existsSync(`/proc/${lane}`))
}

describe.runIf(softHsmInstalled)('one token, many users', { timeout: 60_000 }, () => {
  let hsm: SoftHsm
  const opened: KeyManager[] = []
  const options = { library_path: softHsmLibrary, token_labels: ['shared'], login: pin }

  const open = async (more: Record<string, unknown> = {}) => {
    const keys = await KeyManager.open(Pkcs11Driver, { ...options, ...more })
    opened.push(keys)
    return keys
  }

  const thread = async (count: number, more: Record<string, unknown> = {}): Promise<unknown> => {
    const workerData = { options: { ...options, ...more }, count }
    const worker = new Worker(application('thread'), { workerData, execArgv: conditions })
    const [answer] = (await once(worker, 'message')) as unknown[]
    await worker.terminate()
    return answer
  }

  beforeAll(async () => {
    hsm = await startSoftHsm('shared', 'second')
  })

  afterEach(async () => {
    for (const keys of opened.splice(0)) await keys.close()
  })

  afterAll(() => hsm?.close())

  it('two key managers on one token see the same objects, and closing one leaves the other', async () => {
    const [one, other] = [await open(), await open()]
    const id = await one.store({}, symmetricKey(new Uint8Array(32)))
    expect((await other.get({}, id)).id).toBe(id)
    await one.close()
    expect((await other.get({}, id)).id).toBe(id)
    await other.delete({}, id)
  })

  it('key managers on two tokens keep them apart, and a wrong PIN gains nothing from the other login', async () => {
    const [one, other] = [await open(), await open({ token_labels: ['second'] })]
    const id = await one.store({}, symmetricKey(new Uint8Array(32), { name: 'on the first' }))
    expect(await codeOf(other.get({}, id))).toBe('not_found')
    expect(await names(other)).toEqual([])
    expect(await codeOf(open({ login: '0000' }))).toBe('unauthenticated')
    expect((await one.get({}, id)).name).toBe('on the first')
    await one.delete({}, id)
  })

  it('64 callers at once each get their own object', async () => {
    const keys = await open()
    const work = async (index: number) => {
      const object = symmetricKey(new Uint8Array(32).fill(index))
      const id = await keys.store({}, object)
      for (let round = 0; round < 5; round++) expect((await keys.get({}, id)).value.equals(object.value)).toBe(true)
      await keys.delete({}, id)
    }
    await Promise.all(Array.from({ length: 64 }, (_, index) => work(index)))
    expect(await names(keys)).toEqual([])
  })

  it('threads of one process have key managers of their own', async () => {
    const keys = await open()
    const id = await keys.store({}, symmetricKey(new Uint8Array(32)))
    const answers = await Promise.all([thread(10), thread(10), thread(1, { login: '1111' })])
    expect(answers).toEqual([10, 10, 'unauthenticated'])
    await keys.delete({}, id)
  })

  it('what another process stores while this one stores too is seen at once, and listed', async () => {
    const keys = await open()
    const other = spawn(
      process.execPath,
      [...conditions, application('other-process').pathname, softHsmLibrary, 'shared', pin, '20'],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    const mine: string[] = []
    const theirs: string[] = []
    for await (const chunk of other.stdout) {
      const ids = String(chunk).trim().split('\n')
      for (const id of ids) expect((await keys.get({}, id)).name).toBe('of another process')
      theirs.push(...ids)
      mine.push(await keys.store({}, symmetricKey(new Uint8Array(32))))
    }
    expect(theirs).toHaveLength(20)
    const listed: string[] = []
    for await (const { id } of keys.list({})) listed.push(id)
    expect(listed).toEqual([...mine, ...theirs].sort())
    for (const id of listed) await keys.delete({}, id)
  })

  it('a PIN is in no argument and no variable of a lane', async () => {
    const keys = await open({ token_labels: ['second'] })
    await keys.health()
    for (const lane of await childrenOf(process.pid)) {
      const shown = await Promise.all(['cmdline', 'environ'].map((file) => readFile(`/proc/${lane}/${file}`, 'latin1')))
      expect(shown.join('').split('\0')).not.toContain(pin)
    }
  })
})

describe.runIf(softHsmInstalled && canCompile)('an application that ends', { timeout: 60_000 }, () => {
  let hsm: SoftHsm
  let faulty: FaultyModule

  beforeAll(async () => {
    hsm = await startSoftHsm('ending')
    faulty = await buildFaultyModule(hsm.folder)
  })

  afterAll(() => hsm?.close())

  const start = async (how: string): Promise<{ child: ChildProcess; lanes: number[]; ended: Promise<unknown[]> }> => {
    // What the application before did not live to meet would be met by this one.
    await faulty.heal()
    const main = application('hanging').pathname
    const child = spawn(process.execPath, [...conditions, main, how, faulty.library, 'ending', pin], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(child, 'exit')
    await once(child.stdout ?? child, 'data')
    return { child, lanes: how === 'idle' ? [] : await childrenOf(child.pid ?? 0), ended }
  }

  it('does so while a lane hangs, and no lane outlives it', async () => {
    const { lanes, ended } = await start('exit')
    expect(lanes.length).toBeGreaterThan(0)
    expect(await ended).toEqual([7, null])
    await expect.poll(() => areGone(lanes), { timeout: 30_000 }).toBe(true)
  })

  it('by kill -9 takes a lane that hangs with it', async () => {
    const { child, lanes, ended } = await start('killed')
    expect(lanes.length).toBeGreaterThan(0)
    child.kill('SIGKILL')
    await ended
    await expect.poll(() => areGone(lanes), { timeout: 30_000 }).toBe(true)
  })

  it('of itself is not kept alive by lanes that have nothing to do', async () => {
    const { ended } = await start('idle')
    expect(await ended).toEqual([0, null])
  })
})
