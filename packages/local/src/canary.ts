import { randomUUID } from 'node:crypto'
import { KeyManagerError, SecretBytes } from '@chatelaine/core'
import type { Database } from 'better-sqlite3'
import type { KekHeader, KekWrapping } from './master-wrapping.ts'
import { type Patience, whenFree } from './when-free.ts'

const header: KekHeader = { project: '', kek: 'canary' }

/** Whether the database is bound to a master key already: it then holds, or may hold, keys under it. */
export function hasCanary(database: Database): boolean {
  return readCanary(database) !== undefined
}

/** Binds an unbound database to the master key, then proves that the key is the one it is bound to; else `integrity`. */
export async function proveMasterKey(database: Database, wrapping: KekWrapping, patience: Patience): Promise<void> {
  if (!hasCanary(database)) {
    const sealed = await wrapping.wrap(SecretBytes.fromText(randomUUID()), header)
    await whenFree(patience, () => database.prepare('INSERT OR IGNORE INTO canary VALUES (1, ?)').run(sealed))
  }
  const sealed = readCanary(database)
  if (sealed === undefined) throw wrongKey(patience.operation)
  await wrapping.unwrap(sealed, header).catch((cause: unknown) => {
    throw wrongKey(patience.operation, cause)
  })
}

function readCanary(database: Database): string | undefined {
  const sealed = database.prepare('SELECT sealed FROM canary').pluck().get()
  return typeof sealed === 'string' ? sealed : undefined
}

function wrongKey(operation: string, cause?: unknown): KeyManagerError {
  const message = `${operation}: the master key is not the one that this database was made with, or the database is damaged`
  return new KeyManagerError('integrity', message, { cause })
}
