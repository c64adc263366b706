import { existsSync } from 'node:fs'
import { putNewFile } from '@chatelaine/core'
import Sqlite, { type Database } from 'better-sqlite3'
import { checkSchema, migrate } from './schema.ts'
import { type Patience, whenFree } from './when-free.ts'

/** Opens the database at `path`; where there is none, one is made complete and then put there, so that it is never half made. */
export async function openDatabase(path: string, patience: Patience): Promise<Database> {
  if (!existsSync(path)) await putNewFile(path, async (temporary) => prepareFile(temporary))
  const database = new Sqlite(path, { fileMustExist: true, timeout: 0 })
  try {
    await whenFree(patience, () => configure(database))
    checkSchema(database, path)
    await whenFree(patience, () => migrate(database))
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function prepareFile(path: string): void {
  const database = new Sqlite(path, { fileMustExist: true, timeout: 0 })
  try {
    configure(database)
    migrate(database)
  } finally {
    database.close()
  }
}

function configure(database: Database): void {
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = FULL')
  database.pragma('secure_delete = ON')
  database.pragma('foreign_keys = ON')
}
