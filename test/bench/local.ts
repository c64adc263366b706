import { randomBytes } from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { KeyManager, type ObjectId, symmetricKey } from '@chatelaine/core'
import { LocalDriver } from '@chatelaine/local'
import { startChild } from '../services/child.ts'
import { type TemporaryFolder, temporaryFolder } from '../services/temporary-folder.ts'
import { inserter, lister, opener, openRaw, project, reader } from './local/floor.ts'
import { growth } from './local/growth.ts'
import { atMost, figure, timesItsGrowth, timesItsTime } from './support/figure.ts'
import { report } from './support/report.ts'
import { compare, oneAfterAnother, repeated } from './support/rounds.ts'

/** What the local backend adds to SQLite and AES-GCM. */
export const figures = {
  store: figure('local.store', {
    what: '`store` of an AES-256 key',
    floor: 'seal and MAC with ready keys, and a prepared INSERT into a database of the same schema and pragmas',
    goal: timesItsTime(1.5),
  }),
  get: figure('local.get', {
    what: '`get` of one of 10,000 keys',
    floor: 'a prepared SELECT of the same row, and AES-256-GCM with a ready key and AAD',
    goal: timesItsTime(2),
  }),
  list: figure('local.list', {
    what: '`list` of 10,000 keys, for one of them',
    floor: 'one prepared SELECT of the same rows, without a look at their MACs',
    goal: timesItsTime(4),
  }),
  lock: figure('local.lock.loop_max_ms', {
    what: 'the longest that the event loop is held while a store waits for another process, which has the write lock for 1 s',
    floor: 'the same while nothing is done',
    goal: atMost(30, 'ms'),
    unit: 'ms',
  }),
  growth: figure('local.growth', {
    what: 'how much longer a `get` takes among 1,000,000 objects than among 1,000',
    floor: 'how much longer a prepared SELECT of the row takes',
    goal: timesItsGrowth(1.2),
    unit: 'times',
  }),
  memory: figure('local.list.growth_mib', {
    what: 'by how much the process grows while 1,000,000 objects are listed',
    goal: atMost(64, 'MiB'),
    unit: 'MiB',
  }),
}

const context = { projectId: project }
const listSize = 10_000
const newKey = () => symmetricKey(randomBytes(32), { name: 'a key' })

export async function run(): Promise<void> {
  const folder = await temporaryFolder()
  const keys = await open(folder, 'keys.db')
  try {
    await store(keys, folder)
    const ids: ObjectId[] = []
    while (ids.length < 10_000) ids.push(await keys.store(context, newKey()))
    await get(keys, ids, folder)
    await list(keys, folder)
    await lock(keys, folder)
  } finally {
    await keys.close()
    await folder.remove()
  }
  await growth(figures)
}

function open(folder: TemporaryFolder, name: string): Promise<KeyManager> {
  const options = { database: folder.path(name), master_key_file: folder.path('master.jwk'), autogen_master_key: true }
  return KeyManager.open(LocalDriver, options)
}

async function store(keys: KeyManager, folder: TemporaryFolder): Promise<void> {
  await (await open(folder, 'floor.db')).close()
  const database = openRaw(folder.path('floor.db'))
  const insert = inserter(database)
  await compare(figures.store, {
    ours: oneAfterAnother(() => keys.store(context, newKey())),
    floor: repeated(() => insert(randomBytes(32))),
    count: 200,
  })
  database.close()
}

async function get(keys: KeyManager, ids: readonly ObjectId[], folder: TemporaryFolder): Promise<void> {
  const database = openRaw(folder.path('keys.db'))
  const [read, decrypt] = [reader(database), opener()]
  const id = (index: number) => ids[(index * 7) % ids.length] ?? ''
  await compare(figures.get, {
    ours: oneAfterAnother((index) => keys.get(context, id(index))),
    floor: repeated((index) => {
      read(id(index))
      decrypt()
    }),
    count: 5_000,
  })
  database.close()
}

async function list(keys: KeyManager, folder: TemporaryFolder): Promise<void> {
  const database = openRaw(folder.path('keys.db'))
  const read = lister(database)
  const ours = async () => {
    let listed = 0
    for await (const { id } of keys.list(context, { limit: listSize })) listed += Number(id !== '')
    if (listed !== listSize) throw new Error(`a list of ${listSize} objects has given ${listed}`)
  }
  await compare(figures.list, {
    ours: (count) => oneAfterAnother(ours)(count / listSize),
    floor: (count) => repeated(() => read(listSize))(count / listSize),
    count: 5 * listSize,
    warmUp: 5 * listSize,
  })
  database.close()
}

async function lock(keys: KeyManager, folder: TemporaryFolder): Promise<void> {
  const loop = monitorEventLoopDelay({ resolution: 1 })
  const longest = async (work: () => Promise<unknown>) => {
    loop.reset()
    loop.enable()
    await work()
    loop.disable()
    return loop.max / 1e6
  }
  const [waiting, idle]: [number[], number[]] = [[], []]
  while (waiting.length < 5) {
    const holder = startChild('local-lock.ts', [folder.path('keys.db'), '1000'])
    await holder.line()
    waiting.push(await longest(() => keys.store(context, newKey())))
    await holder.ended
    idle.push(await longest(() => delay(1_000)))
  }
  report(figures.lock, waiting, idle)
}
