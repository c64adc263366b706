import { randomBytes } from 'node:crypto'
import { type KeyManager, symmetricKey } from '@chatelaine/core'
import { startSoftHsm } from '../services/softhsm.ts'
import { loopDelay, memoryGrowth } from './pkcs11/burden.ts'
import { buildFloor, type Floor } from './pkcs11/floor.ts'
import { idsOf, openKeys, some } from './pkcs11/keys.ts'
import { atMost, figure, ofItsThroughput, timesItsTime } from './support/figure.ts'
import { compare, inParallel, oneAfterAnother } from './support/rounds.ts'

/** What the backend adds to the module that it drives: SoftHSM, with its tokens in memory. */
export const figures = {
  getFirst: figure('pkcs11.get.first', {
    what: '`get` of a key whose place among 1,000 is not known yet',
    floor: 'a C program that finds such a key and reads the same attributes',
    goal: timesItsTime(1.3),
  }),
  getParallel: figure('pkcs11.get.parallel', {
    what: '`get` of known keys for 32 callers at once, by two lanes',
    floor: 'the C program, with one thread, reads known keys by their handles, all attributes in one call',
    goal: ofItsThroughput(0.5),
  }),
  growth: figure('pkcs11.growth', {
    what: '`get` of a known key among 5,000',
    floor: '`get` of a known key among 50',
    goal: timesItsTime(2),
  }),
  store: figure('pkcs11.store', {
    what: '`store` of an AES-256 key for one caller, who waits for each answer',
    floor: 'C_CreateObject with the same attributes in the C program',
    goal: timesItsTime(1.3),
  }),
  storeParallel: figure('pkcs11.store.parallel', {
    what: '`store` for 32 callers at once; of SoftHSM, one lane makes all changes',
    floor: 'C_CreateObject with the same attributes in the C program',
    goal: timesItsTime(1.3),
  }),
  loop: figure('pkcs11.loop.p999_ms', {
    what: 'the event loop’s delay at the 99.9th percentile during 5,000 gets and the generation of an RSA-4096 key',
    floor: 'the same while nothing is done',
    goal: atMost(30, 'ms'),
    unit: 'ms',
  }),
  memory: figure('pkcs11.memory.growth_mib', {
    what: 'by how much two lanes grow over 50,000 gets and 1,000 keys that are made and deleted',
    goal: atMost(16, 'MiB'),
    unit: 'MiB',
  }),
}

export async function run(): Promise<void> {
  const hsm = await startSoftHsm('small', 'thousand', 'large', 'ours', 'floor')
  const start = await buildFloor(hsm)
  try {
    for (const [label, size] of Object.entries({ small: 50, large: 5_000, ours: 50 })) await fill(start(label), size)
    await gets(start('thousand'))
    await growth()
    await burden()
    await stores(start('floor'))
  } finally {
    await hsm.close()
  }
}

async function fill(floor: Floor, size: number): Promise<void> {
  await floor.store(size)
  floor.stop()
}

async function gets(floor: Floor): Promise<void> {
  await floor.store(1_000)
  const ids = await idsOf('thousand')
  const keys = await openKeys('thousand')
  await getFirst(keys, ids, floor)
  const known = ids.slice(0, 200)
  await floor.load(known.length)
  await compare(figures.getParallel, {
    ours: inParallel(32, (index) => keys.get({}, some(known, index * 7))),
    floor: floor.read,
    count: 4_000,
    warmUp: 4_000,
  })
  await keys.close()
  floor.stop()
}

async function getFirst(keys: KeyManager, ids: readonly string[], floor: Floor): Promise<void> {
  let next = 0
  const newId = () => some(ids, next++)
  await compare(figures.getFirst, {
    ours: oneAfterAnother(() => keys.get({}, newId())),
    async floor(count) {
      let wall = 0
      for (let index = 0; index < count; index += 1) wall += (await floor.find(newId().slice('symmetric-'.length))).wall
      return { wall }
    },
    count: 10,
    // So that both lanes have started.
    warmUp: 20,
  })
  if (next > ids.length) throw new Error('some keys were looked for twice')
}

async function growth(): Promise<void> {
  const [few, all] = [await idsOf('small'), await idsOf('large')]
  const many = all.filter((_, index) => index % Math.floor(all.length / few.length) === 0)
  const [small, large] = [await openKeys('small'), await openKeys('large')]
  await compare(figures.growth, {
    ours: oneAfterAnother((index) => large.get({}, some(many, index))),
    floor: oneAfterAnother((index) => small.get({}, some(few, index))),
    count: 500,
    warmUp: 2 * few.length,
  })
  await small.close()
  await large.close()
}

async function burden(): Promise<void> {
  const ids = await idsOf('small')
  const keys = await openKeys('small')
  await loopDelay(figures.loop, keys, ids)
  await memoryGrowth(figures.memory, keys, ids)
  await keys.close()
}

// Each side has a token of its own: SoftHSM reads again what another process has changed.
async function stores(floor: Floor): Promise<void> {
  await floor.store(50)
  const keys = await openKeys('ours')
  const key = symmetricKey(randomBytes(32), { name: 'benchmark' })
  const store = () => keys.store({}, key)
  await compare(figures.store, { ours: oneAfterAnother(store), floor: floor.store, count: 60, warmUp: 200 })
  await compare(figures.storeParallel, { ours: inParallel(32, store), floor: floor.store, count: 100 })
  await keys.close()
  floor.stop()
}
