import {
  type Consumer,
  KeyManagerError,
  type ListFilter,
  type NewObject,
  type ObjectInfo,
  type SecretBytes,
} from '@chatelaine/core'
import type { Database } from 'better-sqlite3'
import { Keks } from './keks.ts'
import type { KekWrapping } from './master-wrapping.ts'
import { type NewRow, ObjectsTable } from './objects-table.ts'
import { boundBytes, boundConsumers, type InfoRow, type ObjectRow, toColumns, toInfo } from './row.ts'
import { authenticate, isAuthentic, type Kek, seal, unseal } from './sealing.ts'
import { type Patience, whenFree } from './when-free.ts'

/** An object on its way into the database. */
export interface Entry {
  readonly id: string
  readonly object: NewObject
}

/** An object that came out of the database whole: nothing of it was changed since it was written. */
export interface Opened {
  readonly info: ObjectInfo
  readonly value: SecretBytes
}

const purgedAtOnce = 64

/** Objects sealed in rows: whatever leaves it has been found authentic, else the call fails with `integrity`. */
export class Vault {
  readonly #keks: Keks
  readonly #objects: ObjectsTable
  #writesUntilPurge = purgedAtOnce

  constructor(database: Database, wrapping: KekWrapping) {
    this.#keks = new Keks(database, wrapping)
    this.#objects = new ObjectsTable(database)
  }

  /** Writes all entries or none. */
  async insert(project: string, entries: readonly Entry[], patience: Patience): Promise<void> {
    while (true) {
      const kek = await this.#keks.active(project, entries.length, patience)
      const created = Date.now()
      const rows = entries.map((entry) => sealedRow(project, entry, kek, created))
      if (await whenFree(patience, () => this.#objects.insert(rows))) break
      this.#keks.forgetActive(project)
    }
    this.#purgeNowAndThen()
  }

  /** The whole object; undefined where there is none, expired or not. */
  async open(project: string, id: string, patience: Patience): Promise<Opened | undefined> {
    const row = await whenFree(patience, () => this.#objects.get(project, id))
    if (row === undefined) return undefined
    const kek = await this.#kekOf(row, patience)
    const value = unseal(kek, row, boundBytes(row))
    if (value === undefined) throw tampered(patience.operation, row)
    checkConsumers(kek, row, patience.operation)
    return { info: toInfo(row), value }
  }

  /** All but the value; undefined where there is no such object, expired or not. */
  async describe(project: string, id: string, patience: Patience): Promise<ObjectInfo | undefined> {
    const row = await whenFree(patience, () => this.#objects.getInfo(project, id))
    return row && this.#info(row, await this.#kekOf(row, patience), patience.operation)
  }

  /** One page in the order of the ids; nothing expired. */
  async page(project: string, filter: ListFilter, limit: number, patience: Patience): Promise<ObjectInfo[]> {
    const rows = await whenFree(patience, () => this.#objects.page(project, filter, Date.now(), limit))
    const infos: ObjectInfo[] = []
    for (const row of rows) {
      const kek = this.#keks.cached(row.kek_id) ?? (await this.#kekOf(row, patience))
      infos.push(this.#info(row, kek, patience.operation))
    }
    return infos
  }

  /** Whether something was deleted; consumers hinder that without `force`. */
  delete(project: string, id: string, force: boolean, patience: Patience): Promise<boolean> {
    return whenFree(patience, () => this.#objects.delete(project, id, Date.now(), force))
  }

  /** Replaces an object's consumers by what `change` makes of them; it may throw to leave them. */
  async changeConsumers(
    project: string,
    id: string,
    change: (info: ObjectInfo | undefined) => readonly Consumer[],
    patience: Patience,
  ): Promise<void> {
    const first = await whenFree(patience, () => this.#objects.getInfo(project, id))
    const kek = first && (await this.#kekOf(first, patience))
    await whenFree(patience, () =>
      this.#objects.changeConsumers(project, id, (row) => {
        const known = row && kek && row.kek_id === kek.id ? { row, kek } : undefined
        const consumers = change(known && this.#info(known.row, known.kek, patience.operation))
        return known ? consumersColumns(known.kek, known.row, consumers) : { consumers: null, consumers_mac: null }
      }),
    )
  }

  /** Deletes expired objects of all projects in small steps; says how many. */
  async purge(patience: Patience): Promise<number> {
    let purged = 0
    while (true) {
      const step = await whenFree(patience, () => this.#objects.purge(Date.now(), purgedAtOnce))
      purged += step
      if (step < purgedAtOnce) return purged
      await new Promise(setImmediate)
    }
  }

  async #kekOf(row: InfoRow, patience: Patience): Promise<Kek> {
    return this.#keks.cached(row.kek_id) ?? (await this.#keks.load(row.kek_id, patience))
  }

  #info(row: InfoRow, kek: Kek, operation: string): ObjectInfo {
    if (!isAuthentic(kek, boundBytes(row), row.mac)) throw tampered(operation, row)
    checkConsumers(kek, row, operation)
    return toInfo(row)
  }

  // The store that it follows has succeeded, whatever becomes of the purge.
  #purgeNowAndThen(): void {
    this.#writesUntilPurge -= 1
    if (this.#writesUntilPurge > 0) return
    this.#writesUntilPurge = purgedAtOnce
    try {
      this.#objects.purge(Date.now(), purgedAtOnce)
    } catch {
      // Busy or full: the next one, or the command, will do it.
    }
  }
}

function sealedRow(project: string, { id, object }: Entry, kek: Kek, created: number): NewRow {
  const columns = toColumns(object, { project, id, kekId: kek.id, created })
  const bound = boundBytes(columns)
  return { ...columns, ...seal(kek, object.value, bound), mac: authenticate(kek, bound) }
}

function checkConsumers(kek: Kek, row: InfoRow, operation: string): void {
  const { consumers, consumers_mac: mac } = row
  if (consumers === null && mac === null) return
  if (consumers !== null && mac !== null && isAuthentic(kek, boundConsumers(row, consumers), mac)) return
  throw tampered(operation, row)
}

function consumersColumns(kek: Kek, row: InfoRow, list: readonly Consumer[]) {
  if (list.length === 0) return { consumers: null, consumers_mac: null }
  const consumers = JSON.stringify(list)
  return { consumers, consumers_mac: authenticate(kek, boundConsumers(row, consumers)) }
}

function tampered(operation: string, { id }: Pick<ObjectRow, 'id'>): KeyManagerError {
  return new KeyManagerError('integrity', `${operation} ${JSON.stringify(id)}: the row is not as it was written`)
}
