import { constants, existsSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { KeyManagerError, putNewFile } from '@chatelaine/core'
import Sqlite from 'better-sqlite3'
import { proveMasterKey } from './canary.ts'
import { classify } from './classify.ts'
import { readMasterKey } from './master-key.ts'
import { MasterWrapping } from './master-wrapping.ts'
import type { LocalOptions } from './options.ts'
import { checkSchema } from './schema.ts'

/**
 * Puts the backup `file` where `options.database` is, which must not exist, nor SQLite's files beside it: their frames would
 * be taken for the backup's own. The copy is proved whole, and the master key to be its own, before it is put there.
 */
export async function restoreDatabase(file: string, options: LocalOptions): Promise<void> {
  const { database } = options
  const present = ['', '-wal', '-shm', '-journal'].map((suffix) => database + suffix).find((path) => existsSync(path))
  if (present !== undefined) throw exists(present)
  try {
    const placed = await putNewFile(database, async (temporary) => {
      await copyFile(file, temporary, constants.COPYFILE_FICLONE)
      await prove(temporary, file, options)
    })
    if (!placed) throw exists(database)
  } catch (error) {
    if (KeyManagerError.is(error)) throw error
    const { code, message } = classify(error)
    throw new KeyManagerError(code, `restore ${file}: ${message}`, { cause: error })
  }
}

async function prove(copy: string, file: string, options: LocalOptions): Promise<void> {
  const database = new Sqlite(copy, { fileMustExist: true })
  try {
    checkSchema(database, file)
    if (database.pragma('integrity_check', { simple: true }) !== 'ok') {
      throw new KeyManagerError('integrity', `restore: ${file} is damaged`)
    }
    const master = await readMasterKey(options, () => false)
    const wrapping = new MasterWrapping(master, () => Promise.resolve(master))
    await proveMasterKey(database, wrapping, { operation: 'restore', timeoutMs: options.timeout_ms })
  } finally {
    database.close()
  }
}

function exists(path: string): KeyManagerError {
  return new KeyManagerError('already_exists', `restore: ${path} exists; move it away first`)
}
