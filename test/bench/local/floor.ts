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
import { uuidv7 } from '@chatelaine/core'
import Sqlite, { type Database } from 'better-sqlite3'

// The floor reads and writes a database of the same schema and pragmas by prepared statements, with keys and an AAD that are
// ready: nothing but the SQL and the cryptography.

export const project = 'bench'
const columns =
  'project, id, kek_id, kind, name, algorithm, bit_length, extractable, expiration, created, mac, consumers, consumers_mac'

// As long as ours; which bytes they are makes no difference to AES.
const aad = Buffer.alloc(150, 1)

interface Sealed {
  readonly nonce: Buffer
  readonly sealed: Buffer
}

/** Opens a database that the backend has made. */
export function openRaw(path: string): Database {
  const database = new Sqlite(path, { timeout: 0 })
  database.pragma('synchronous = FULL')
  database.pragma('secure_delete = ON')
  return database
}

/** Reads the row of an id; throws where there is none. */
export function reader(database: Database): (id: string) => void {
  const select = database.prepare(`SELECT ${columns}, nonce, sealed FROM objects WHERE project = ? AND id = ?`)
  return (id) => {
    if (!select.get(project, id)) throw new Error('there is no such row')
  }
}

/** Decrypts, each time anew, what has the lengths of a row: the rows themselves only the backend can. */
export function opener(): () => void {
  const key = createSecretKey(randomBytes(32))
  const row = sealed(key, randomBytes(32))
  return () => void unsealed(key, row)
}

/** Reads so many rows in the order of their ids. */
export function lister(database: Database): (count: number) => void {
  const select = database.prepare(`SELECT ${columns} FROM objects WHERE project = ? ORDER BY id LIMIT ?`)
  return (count) => {
    if (select.all(project, count).length !== count) throw new Error('there are fewer rows')
  }
}

/** Seals a value and inserts its row, with a MAC. */
export function inserter(database: Database): (value: Uint8Array) => void {
  const [sealKey, macKey] = [createSecretKey(randomBytes(32)), createSecretKey(randomBytes(32))]
  const kekId = randomUUID()
  database.prepare('INSERT INTO keks VALUES (?, ?, 1, 0, ?)').run(kekId, project, 'none')
  const insert = database.prepare(`INSERT INTO objects
    (project, id, kek_id, kind, name, algorithm, bit_length, extractable, expiration, created, nonce, sealed, mac)
    VALUES ('${project}', ?, ?, 'symmetric', 'a key', 'AES', 256, NULL, NULL, ?, ?, ?, ?)`)
  return (value) => {
    const row = sealed(sealKey, value)
    const mac = createHmac('sha256', macKey).update(aad).digest()
    insert.run(uuidv7(), kekId, Date.now(), row.nonce, row.sealed, mac)
  }
}

function sealed(key: KeyObject, value: Uint8Array): Sealed {
  const nonce = randomFillSync(Buffer.allocUnsafe(12))
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
  cipher.setAAD(aad)
  const encrypted = cipher.update(value)
  cipher.final()
  return { nonce, sealed: Buffer.concat([encrypted, cipher.getAuthTag()]) }
}

function unsealed(key: KeyObject, { nonce, sealed: bytes }: Sealed): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 })
  decipher.setAAD(aad)
  const end = bytes.length - 16
  decipher.setAuthTag(bytes.subarray(end))
  const value = decipher.update(bytes.subarray(0, end))
  decipher.final()
  return value
}
