// What the local backend adds to SQLite and AES-GCM. The floor reads and writes a database with the same schema and pragmas
// by prepared statements, with a key and an AAD that are ready: nothing but the SQL and the cryptography.
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
  randomFillSync,
  randomUUID,
} from 'node:crypto'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { KeyManager, symmetricKey, uuidv7 } from '@chatelaine/core'
import { LocalDriver } from '@chatelaine/local'
import Sqlite, { type Database } from 'better-sqlite3'
import { startChild } from '../services/child.ts'
import { memory as inMemory, temporaryFolder } from '../services/temporary-folder.ts'
import { compare, median, print, round, timed } from './support/rounds.ts'

const context = { projectId: 'bench' }
const folder = await temporaryFolder()
const options = {
  database: folder.path('keys.db'),
  master_key_file: folder.path('master.jwk'),
  autogen_master_key: true,
}
const columns =
  'project, id, kek_id, kind, name, algorithm, bit_length, extractable, expiration, created, mac, consumers, consumers_mac'

// The AAD of the floor has the length of ours; which bytes they are makes no difference to AES.
const aad = Buffer.alloc(150, 1)

try {
  const keys = await KeyManager.open(LocalDriver, options)
  try {
    await store(keys)
    const ids = await fill(keys, 10_000)
    await get(keys, ids)
    await list(keys)
    await lock(keys)
  } finally {
    await keys.close()
  }
  await growth()
} finally {
  await folder.remove()
}

function key(index: number) {
  return symmetricKey(randomBytes(32), { name: `key ${index}` })
}

async function fill(keys: KeyManager, count: number): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < count; index += 1) ids.push(await keys.store(context, key(index)))
  return ids
}

function raw(path: string): Database {
  const database = new Sqlite(path, { timeout: 0 })
  database.pragma('synchronous = FULL')
  database.pragma('secure_delete = ON')
  return database
}

function sealed(sealKey: KeyObject, value: Uint8Array): { nonce: Buffer; sealed: Buffer } {
  const nonce = randomFillSync(Buffer.allocUnsafe(12))
  const cipher = createCipheriv('aes-256-gcm', sealKey, nonce, { authTagLength: 16 })
  cipher.setAAD(aad)
  const encrypted = cipher.update(value)
  cipher.final()
  return { nonce, sealed: Buffer.concat([encrypted, cipher.getAuthTag()]) }
}

function unsealed(sealKey: KeyObject, row: { nonce: Buffer; sealed: Buffer }): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', sealKey, row.nonce, { authTagLength: 16 })
  decipher.setAAD(aad)
  const end = row.sealed.length - 16
  decipher.setAuthTag(row.sealed.subarray(end))
  const value = decipher.update(row.sealed.subarray(0, end))
  decipher.final()
  return value
}

async function get(keys: KeyManager, ids: readonly string[]): Promise<void> {
  const database = raw(options.database)
  const sealKey = createSecretKey(randomBytes(32))
  // Rows of the same columns and lengths that the floor's own key can open.
  const row = sealed(sealKey, randomBytes(32))
  const select = database.prepare<unknown[], { nonce: Buffer; sealed: Buffer }>(
    `SELECT ${columns}, nonce, sealed FROM objects WHERE project = ? AND id = ?`,
  )
  await compare({
    bench: 'local.get',
    count: 2_000,
    async ours(count) {
      for (let index = 0; index < count; index += 1) await keys.get(context, ids[index % ids.length] ?? '')
    },
    floor(count) {
      for (let index = 0; index < count; index += 1) {
        if (select.get('bench', ids[index % ids.length])) unsealed(sealKey, row)
      }
    },
  })
  database.close()
}

async function store(keys: KeyManager): Promise<void> {
  const other = folder.path('floor.db')
  await (await KeyManager.open(LocalDriver, { ...options, database: other })).close()
  const database = raw(other)
  const [sealKey, macKey] = [createSecretKey(randomBytes(32)), createSecretKey(randomBytes(32))]
  const kekId = randomUUID()
  database.prepare("INSERT INTO keks VALUES (?, 'bench', 1, 0, 'none')").run(kekId)
  const insert = database.prepare(`INSERT INTO objects
    (project, id, kek_id, kind, name, algorithm, bit_length, extractable, expiration, created, nonce, sealed, mac)
    VALUES ('bench', ?, ?, 'symmetric', ?, 'AES', 256, NULL, NULL, ?, ?, ?, ?)`)
  await compare({
    bench: 'local.store',
    count: 200,
    async ours(count) {
      for (let index = 0; index < count; index += 1) await keys.store(context, key(index))
    },
    floor(count) {
      for (let index = 0; index < count; index += 1) {
        const row = sealed(sealKey, randomBytes(32))
        const mac = createHmac('sha256', macKey).update(aad).digest()
        insert.run(uuidv7(), kekId, `key ${index}`, Date.now(), row.nonce, row.sealed, mac)
      }
    },
  })
  database.close()
}

async function list(keys: KeyManager): Promise<void> {
  const database = raw(options.database)
  const select = database.prepare(`SELECT ${columns} FROM objects WHERE project = ? ORDER BY id LIMIT 10000`)
  await compare({
    bench: 'local.list',
    count: 10_000,
    rounds: 11,
    async ours(count) {
      for await (const info of keys.list(context, { limit: count })) void info.id
    },
    floor: () => void select.all('bench'),
  })
  database.close()
}

// How long the event loop is held at most while another process holds the write lock and a store waits for it.
async function lock(keys: KeyManager): Promise<void> {
  const holder = startChild('local-lock.ts', [options.database, '2000'])
  await holder.line()
  const loop = monitorEventLoopDelay({ resolution: 1 })
  loop.enable()
  await delay(100)
  const idle = loop.max / 1e6
  loop.reset()
  await keys.store(context, key(0))
  loop.disable()
  print({ bench: 'local.lock.loop_max_ms', value: round(loop.max / 1e6), idle_ms: round(idle) })
  await holder.ended
}

async function growth(): Promise<void> {
  const sizes = [1_000, 1_000_000]
  const figures: { ours: number; floor: number }[] = []
  for (const size of sizes) figures.push(await growthOf(size))
  const [small, large] = figures
  if (!small || !large) return
  const [ours, floor] = [large.ours / small.ours, large.floor / small.floor]
  print({ bench: 'local.growth', ours: round(ours), floor: round(floor), ratio: round(ours / floor) })
}

async function growthOf(size: number): Promise<{ ours: number; floor: number }> {
  // A million stores would be a million fsyncs: this file is in memory, where they cost nothing. Reads are from memory anyway.
  const memory = await temporaryFolder({ base: inMemory })
  const path = memory.path('keys.db')
  const keys = await KeyManager.open(LocalDriver, {
    ...options,
    database: path,
    master_key_file: memory.path('master.jwk'),
  })
  const database = raw(path)
  try {
    const ids = await fill(keys, size)
    const select = database.prepare(`SELECT ${columns}, nonce, sealed FROM objects WHERE project = ? AND id = ?`)
    const pick = () => ids[Math.floor(Math.random() * ids.length)] ?? ''
    if (size > 10_000) await flatMemory(keys)
    const ours: number[] = []
    const floor: number[] = []
    for (let turn = 0; turn < 15; turn += 1) {
      ours.push(
        await timed(async (count) => {
          for (let index = 0; index < count; index += 1) await keys.get(context, pick())
        }, 2_000),
      )
      floor.push(
        await timed((count) => {
          for (let index = 0; index < count; index += 1) select.get('bench', pick())
        }, 2_000),
      )
    }
    return { ours: median(ours), floor: median(floor) }
  } finally {
    database.close()
    await keys.close()
    await memory.remove()
  }
}

// The growth of the resident set while all objects are listed once, after a first pass over a tenth of them.
async function flatMemory(keys: KeyManager): Promise<void> {
  for await (const info of keys.list(context, { limit: 100_000 })) void info.id
  globalThis.gc?.()
  const before = process.memoryUsage().rss
  let most = before
  let count = 0
  for await (const info of keys.list(context)) {
    count += Number(info.id !== '')
    if (count % 10_000 === 0) most = Math.max(most, process.memoryUsage().rss)
  }
  print({ bench: 'local.list.growth_mib', value: round((most - before) / 2 ** 20), objects: count })
}
