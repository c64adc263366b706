import { KeyManager } from '@chatelaine/core'
import { LocalDriver } from '@chatelaine/local'
import Sqlite, { type Database } from 'better-sqlite3'
import { afterEach } from 'vitest'
import { temporaryFolder } from '../services/temporary-folder.ts'

export const demo = { projectId: 'demo' }

export interface LocalStore {
  readonly path: (name: string) => string
  readonly options: Readonly<Record<string, unknown>> & { readonly database: string; readonly master_key_file: string }
  /** Opens a key manager, to be closed when the test ends. */
  readonly open: (options?: Readonly<Record<string, unknown>>) => Promise<KeyManager>
  /** Looks at, or tampers with, the file behind the backend's back. */
  readonly raw: <Result>(use: (database: Database) => Result) => Result
}

const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** A fresh folder for one test, with options that make database and master key there. */
export async function localStore(): Promise<LocalStore> {
  const folder = await temporaryFolder()
  closing.push(folder.remove)
  const options = {
    database: folder.path('keys.db'),
    master_key_file: folder.path('master.jwk'),
    autogen_master_key: true,
  }
  return {
    path: folder.path,
    options,
    async open(changed = {}) {
      const keys = await KeyManager.open(LocalDriver, { ...options, ...changed })
      closing.push(() => keys.close())
      return keys
    },
    raw(use) {
      const database = new Sqlite(options.database)
      // Whoever tampers does not keep to rules.
      database.pragma('foreign_keys = OFF')
      try {
        return use(database)
      } finally {
        database.close()
      }
    },
  }
}

/** The code that a call fails with; 'none' where it does not fail. */
export async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'none',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
}
