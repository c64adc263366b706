import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { KeyManager, type ObjectId, symmetricKey } from '@chatelaine/core'
import { Pkcs11Driver } from '@chatelaine/pkcs11'
import { compile } from '../services/pkcs11/compile.ts'
import { pin, type SoftHsm, softHsmLibrary, startSoftHsm } from '../services/softhsm.ts'

// `ratio` is ours by the floor's time; for the parallel reads, 2 is half the floor's throughput.

interface Floor {
  readonly ask: (command: string) => Promise<number>
  readonly stop: () => void
}

const rounds = 7
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

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN
}

function print(bench: string, fields: Record<string, number>): void {
  const rounded = Object.entries(fields).map(([name, value]) => [name, Number(value.toPrecision(4))])
  console.log(JSON.stringify({ bench, ...Object.fromEntries(rounded) }))
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - start) / 1_000
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

/** Runs ours and the floor by turns; gives the medians. */
async function compared(ours: (round: number) => Promise<number>, floor: (round: number) => Promise<number>) {
  const times: [number[], number[]] = [[], []]
  for (let round = 0; round < rounds; round++) {
    times[1].push(await floor(round))
    times[0].push(await ours(round))
  }
  const [ours_us, floor_us] = [median(times[0]), median(times[1])]
  return { ours_us, floor_us, ratio: ours_us / floor_us }
}

async function getParallel(keys: KeyManager, floor: Floor): Promise<void> {
  const ids = (await listed(keys)).slice(0, 200)
  await floor.ask('load -')
  // Both lanes get to know all ids.
  await inParallel(4_000, (index) => keys.get({}, some(ids, index)))
  const count = 5_000
  const result = await compared(
    async () => (await timed(() => inParallel(count, (index) => keys.get({}, some(ids, index * 7))))) / count,
    async () => (await floor.ask(`read ${count}`)) / 1_000 / count,
  )
  print('pkcs11.get.parallel', { ...result, throughput: 1 / result.ratio })
}

async function getFirst(label: string, floor: Floor): Promise<void> {
  const finder = await openKeys(label)
  const ids = await listed(finder)
  await finder.close()
  const keys = await openKeys(label)
  for (let index = 0; index < 20; index++) await keys.get({}, some(ids, index))
  const each = 12
  const work = async (round: number, get: (id: ObjectId) => Promise<number>) => {
    const times: number[] = []
    for (let index = 0; index < each; index++) times.push(await get(some(ids, 20 + round * each + index)))
    return median(times)
  }
  const result = await compared(
    (round) => work(round, (id) => timed(() => keys.get({}, id))),
    (round) => work(round, async (id) => (await floor.ask(`first ${id.slice('symmetric-'.length)}`)) / 1_000),
  )
  print('pkcs11.get.first', result)
  await keys.close()
}

async function store(keys: KeyManager, floor: Floor): Promise<void> {
  const count = 60
  const result = await compared(
    async () => {
      const start = await timed(async () => {
        for (let index = 0; index < count; index++) await keys.store({}, newKey())
      })
      return start / count
    },
    async () => (await floor.ask(`store ${count}`)) / 1_000 / count,
  )
  print('pkcs11.store', result)
}

async function growth(small: KeyManager, large: KeyManager): Promise<void> {
  const [few, many] = [await listed(small), await listed(large)]
  const known = many.filter((_, index) => index % Math.floor(many.length / 50) === 0)
  const reads = async (keys: KeyManager, ids: readonly ObjectId[]) => {
    const count = 500
    return (
      (await timed(async () => {
        for (let index = 0; index < count; index++) await keys.get({}, some(ids, index))
      })) / count
    )
  }
  for (const [keys, ids] of [
    [small, few],
    [large, known],
  ] as const)
    for (const id of ids) await keys.get({}, id)
  const { ours_us, floor_us, ratio } = await compared(
    () => reads(large, known),
    () => reads(small, few),
  )
  print('pkcs11.growth', { among_5000_us: ours_us, among_50_us: floor_us, ratio })
}

async function loopDelay(keys: KeyManager): Promise<void> {
  const ids = await listed(keys)
  const measured = async (work: () => Promise<unknown>) => {
    const histogram = monitorEventLoopDelay({ resolution: 5 })
    histogram.enable()
    await work()
    histogram.disable()
    return { p999: histogram.percentile(99.9) / 1e6, max: histogram.max / 1e6 }
  }
  const busy = await measured(async () => {
    const pair = keys.createKeyPair({}, { algorithm: 'RSA', bitLength: 4096, name: 'generated meanwhile' })
    let done = 0
    let generated = false
    void pair.finally(() => {
      generated = true
    })
    while (done < 5_000 || !generated) {
      await inParallel(500, (index) => keys.get({}, some(ids, index)))
      done += 500
    }
    const { privateId, publicId } = await pair
    await keys.delete({}, privateId)
    await keys.delete({}, publicId)
  })
  const idle = await measured(() => delay(5_000))
  print('pkcs11.loop.p999_ms', {
    value: busy.p999,
    max_ms: busy.max,
    idle_p999_ms: idle.p999,
    idle_max_ms: idle.max,
  })
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
  print('pkcs11.memory', {
    app_mb: after.app,
    app_growth_mb: after.app - before.app,
    lanes_mb: after.lanes,
    lanes_growth_mb: after.lanes - before.lanes,
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
