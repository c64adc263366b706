import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { KeyManager, type ObjectId, symmetricKey } from '@chatelaine/core'
import { Pkcs11Driver } from '@chatelaine/pkcs11'
import { compile } from '../services/pkcs11/compile.ts'
import { pin, type SoftHsm, softHsmLibrary, startSoftHsm } from '../services/softhsm.ts'
import { compare, print, round } from './support/rounds.ts'

// What the backend adds to the module it drives. The floor is a C program on the same module; `ratio` is our time by its time.

interface Floor {
  readonly ask: (command: string) => Promise<number>
  readonly stop: () => void
}

const callers = 32

async function startFloor(program: string, hsm: SoftHsm, label: string): Promise<Floor> {
  const child = spawn(program, [softHsmLibrary, label, pin], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, SOFTHSM2_CONF: hsm.configuration },
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  return {
    async ask(command) {
      child.stdin.write(`${command}\n`)
      const { value } = (await lines.next()) as { value?: string }
      if (value === undefined) throw new Error(`the floor has ended at ${command}`)
      return Number(value)
    },
    stop: () => child.stdin.end(),
  }
}

function rounded(fields: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, round(value)]))
}

async function inParallel(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0
  const caller = async () => {
    while (next < count) await work(next++)
  }
  await Promise.all(Array.from({ length: callers }, caller))
}

const newKey = () => symmetricKey(randomBytes(32), { name: 'benchmark' })
const openKeys = (label: string) =>
  KeyManager.open(Pkcs11Driver, { library_path: softHsmLibrary, token_labels: [label], login: pin, lanes: 2 })

async function listed(keys: KeyManager): Promise<ObjectId[]> {
  const ids: ObjectId[] = []
  for await (const { id } of keys.list({})) ids.push(id)
  return ids
}

function some(ids: readonly ObjectId[], index: number): ObjectId {
  return ids[index % ids.length] ?? ''
}

async function getParallel(keys: KeyManager, floor: Floor): Promise<void> {
  const ids = (await listed(keys)).slice(0, 200)
  await floor.ask('load -')
  // Both lanes get to know all ids.
  await inParallel(4_000, (index) => keys.get({}, some(ids, index)))
  const ratio = await compare({
    bench: 'pkcs11.get.parallel',
    ours: (count) => inParallel(count, (index) => keys.get({}, some(ids, index * 7))),
    floor: async (count) => void (await floor.ask(`read ${count}`)),
    count: 4_000,
  })
  print({ bench: 'pkcs11.get.parallel.throughput', value: round(1 / ratio) })
}

async function getFirst(label: string, floor: Floor): Promise<void> {
  const finder = await openKeys(label)
  const ids = await listed(finder)
  await finder.close()
  const keys = await openKeys(label)
  let next = 0
  const each = async (count: number, find: (id: ObjectId) => Promise<unknown>) => {
    for (let index = 0; index < count; index++) await find(some(ids, next++))
  }
  await compare({
    bench: 'pkcs11.get.first',
    ours: (count) => each(count, (id) => keys.get({}, id)),
    floor: (count) => each(count, (id) => floor.ask(`first ${id.slice('symmetric-'.length)}`)),
    count: 10,
  })
  await keys.close()
}

// One caller waits for each answer, and for both ways between the processes; of many callers, a lane always has work.
async function store(keys: KeyManager, floor: Floor): Promise<void> {
  const side = async (count: number) => void (await floor.ask(`store ${count}`))
  await compare({
    bench: 'pkcs11.store',
    async ours(count) {
      for (let index = 0; index < count; index++) await keys.store({}, newKey())
    },
    floor: side,
    count: 60,
  })
  await compare({
    bench: 'pkcs11.store.parallel',
    ours: (count) => inParallel(count, () => keys.store({}, newKey())),
    floor: side,
    count: 100,
  })
}

function reads(keys: KeyManager, ids: readonly ObjectId[]) {
  return async (count: number) => {
    for (let index = 0; index < count; index++) await keys.get({}, some(ids, index))
  }
}

async function growth(small: KeyManager, large: KeyManager): Promise<void> {
  const [few, all] = [await listed(small), await listed(large)]
  const many = all.filter((_, index) => index % Math.floor(all.length / few.length) === 0)
  await reads(small, few)(few.length)
  await reads(large, many)(many.length)
  // Among 5,000 objects against among 50.
  await compare({ bench: 'pkcs11.growth', ours: reads(large, many), floor: reads(small, few), count: 500 })
}

async function delays(work: () => Promise<unknown>): Promise<{ p999: number; max: number }> {
  const histogram = monitorEventLoopDelay({ resolution: 5 })
  histogram.enable()
  await work()
  histogram.disable()
  return { p999: histogram.percentile(99.9) / 1e6, max: histogram.max / 1e6 }
}

async function loopDelay(keys: KeyManager): Promise<void> {
  const ids = await listed(keys)
  const busy = await delays(async () => {
    const state = { generated: false }
    const pair = keys.createKeyPair({}, { algorithm: 'RSA', bitLength: 4096, name: 'generated meanwhile' })
    const made = pair.then((both) => {
      state.generated = true
      return both
    })
    for (let done = 0; done < 5_000 || !state.generated; done += 500) {
      await inParallel(500, (index) => keys.get({}, some(ids, index)))
    }
    const { privateId, publicId } = await made
    for (const id of [privateId, publicId]) await keys.delete({}, id)
  })
  const idle = await delays(() => delay(5_000))
  const fields = { value: busy.p999, max_ms: busy.max, idle_p999_ms: idle.p999, idle_max_ms: idle.max }
  print({ bench: 'pkcs11.loop.p999_ms', ...rounded(fields) })
}

async function residentKb(pid: number | string): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(/^Pss:\s+(\d+)/m.exec(text)?.[1])
}

async function lanePids(): Promise<number[]> {
  const threads = await readdir('/proc/self/task')
  const texts = threads.map((thread) => readFile(`/proc/self/task/${thread}/children`, 'utf8'))
  const pids = (await Promise.all(texts)).flatMap((text) => text.split(' ').filter(Boolean).map(Number))
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8')))
  return pids.filter((_, index) => commands[index]?.includes('lane/main'))
}

async function memory(keys: KeyManager): Promise<void> {
  const ids = await listed(keys)
  const lanes = await lanePids()
  const measure = async () => {
    const sizes = await Promise.all(lanes.map(residentKb))
    return { app: (await residentKb('self')) / 1_024, lanes: sizes.reduce((sum, size) => sum + size, 0) / 1_024 }
  }
  const work = async (gets: number, made: number) => {
    await inParallel(gets, (index) => keys.get({}, some(ids, index)))
    for (let index = 0; index < made; index++) {
      await keys.delete({}, await keys.createKey({}, { algorithm: 'AES', bitLength: 256 }))
    }
  }
  await work(10_000, 200)
  const before = await measure()
  await work(100_000, 2_000)
  const after = await measure()
  const grown = { app_growth_mb: after.app - before.app, lanes_growth_mb: after.lanes - before.lanes }
  print({
    bench: 'pkcs11.memory',
    lanes: lanes.length,
    ...rounded({ app_mb: after.app, lanes_mb: after.lanes, ...grown }),
  })
}

const hsm = await startSoftHsm('small', 'thousand', 'large')
const program = await compile(new URL('pkcs11-floor.c', import.meta.url), join(hsm.folder, 'floor'))
const [small, thousand, large] = await Promise.all(
  ['small', 'thousand', 'large'].map((label) => startFloor(program, hsm, label)),
)
if (!small || !thousand || !large) throw new Error('the floors did not start')

await small.ask('store 50')
await thousand.ask('store 1000')
await large.ask('store 5000')
const [smallKeys, thousandKeys, largeKeys] = [
  await openKeys('small'),
  await openKeys('thousand'),
  await openKeys('large'),
]
try {
  await getFirst('thousand', thousand)
  await getParallel(thousandKeys, thousand)
  await growth(smallKeys, largeKeys)
  await loopDelay(smallKeys)
  await memory(smallKeys)
  await smallKeys.store({}, newKey())
  await store(smallKeys, small)
} finally {
  for (const keys of [smallKeys, thousandKeys, largeKeys]) await keys.close()
  for (const floor of [small, thousand, large]) floor.stop()
  await hsm.close()
}
