import type { ListFilter } from '@chatelaine/core'
import type { Database, Statement, Transaction } from 'better-sqlite3'
import type { InfoRow, ObjectRow } from './row.ts'

/** A row that is to be written: never with consumers. */
export type NewRow = Omit<ObjectRow, 'consumers' | 'consumers_mac'>

const fixed = 'project, id, kek_id, kind, name, algorithm, bit_length, extractable, expiration, created'
const info = `${fixed}, mac, consumers, consumers_mac`

/** The SQL of the table of objects; every method is one statement or one transaction. */
export class ObjectsTable {
  readonly #database: Database
  readonly #select: Statement<[string, string], ObjectRow>
  readonly #selectInfo: Statement<[string, string], InfoRow>
  readonly #insert: Statement
  readonly #delete: Statement<[string, string, number, number]>
  readonly #setConsumers: Statement<[string | null, Uint8Array | null, string, string]>
  readonly #purge: Statement<[number, number]>
  readonly #lists = new Map<string, Statement<unknown[], InfoRow>>()
  readonly #insertAll: Transaction<(rows: readonly NewRow[]) => boolean>

  constructor(database: Database) {
    this.#database = database
    this.#select = database.prepare(`SELECT ${info}, nonce, sealed FROM objects WHERE project = ? AND id = ?`)
    this.#selectInfo = database.prepare(`SELECT ${info} FROM objects WHERE project = ? AND id = ?`)
    this.#insert = database.prepare(`
      INSERT INTO objects (${fixed}, nonce, sealed, mac) SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
      WHERE (SELECT id FROM keks WHERE project = ? AND active = 1) = ?`)
    this.#delete = database.prepare(`
      DELETE FROM objects WHERE project = ? AND id = ?
      AND (expiration IS NULL OR expiration > ?) AND (consumers IS NULL OR ?)`)
    this.#setConsumers = database.prepare(
      'UPDATE objects SET consumers = ?, consumers_mac = ? WHERE project = ? AND id = ?',
    )
    this.#purge = database.prepare(`
      DELETE FROM objects WHERE number IN (SELECT number FROM objects WHERE expiration <= ? LIMIT ?)`)
    this.#insertAll = database.transaction((rows) => rows.every((row) => this.#insertOne(row)))
  }

  get(project: string, id: string): ObjectRow | undefined {
    return this.#select.get(project, id)
  }

  getInfo(project: string, id: string): InfoRow | undefined {
    return this.#selectInfo.get(project, id)
  }

  /** All rows or none. False where the KEK that they are sealed under is no longer its project's active one. */
  insert(rows: readonly NewRow[]): boolean {
    const [row] = rows
    return rows.length === 1 && row ? this.#insertOne(row) : this.#insertAll.immediate(rows)
  }

  /** Whether there was a row to delete that had neither expired nor, without `force`, consumers. */
  delete(project: string, id: string, now: number, force: boolean): boolean {
    return this.#delete.run(project, id, now, Number(force)).changes === 1
  }

  /** Changes a row's consumers in one transaction; `change` sees the row as it is in it. */
  changeConsumers(project: string, id: string, change: (row: InfoRow | undefined) => ConsumersColumns): void {
    const run = () => {
      const { consumers, consumers_mac: mac } = change(this.getInfo(project, id))
      this.#setConsumers.run(consumers, mac, project, id)
    }
    this.#database.transaction(run).immediate()
  }

  /** A page of rows in the order of their ids, none of them expired. */
  page(project: string, filter: ListFilter, now: number, limit: number): InfoRow[] {
    const { kind, name, algorithm, after = '' } = filter
    const conditions = Object.entries({ kind, name, algorithm }).filter(([, value]) => value !== undefined)
    const statement = this.#list(conditions.map(([column]) => column))
    return statement.all(project, after, now, ...conditions.map(([, value]) => value), limit)
  }

  /** Deletes up to `limit` expired rows of any project, and says how many there were. */
  purge(now: number, limit: number): number {
    return this.#purge.run(now, limit).changes
  }

  #insertOne(row: NewRow): boolean {
    const { changes } = this.#insert.run(
      row.project,
      row.id,
      row.kek_id,
      row.kind,
      row.name,
      row.algorithm,
      row.bit_length,
      row.extractable,
      row.expiration,
      row.created,
      row.nonce,
      row.sealed,
      row.mac,
      row.project,
      row.kek_id,
    )
    return changes === 1
  }

  #list(columns: readonly string[]): Statement<unknown[], InfoRow> {
    const key = columns.join()
    const known = this.#lists.get(key)
    if (known) return known
    const conditions = columns.map((column) => ` AND ${column} = ?`).join('')
    const statement = this.#database.prepare<unknown[], InfoRow>(`
      SELECT ${info} FROM objects WHERE project = ? AND id > ? AND (expiration IS NULL OR expiration > ?)${conditions}
      ORDER BY id LIMIT ?`)
    this.#lists.set(key, statement)
    return statement
  }
}

interface ConsumersColumns {
  readonly consumers: string | null
  readonly consumers_mac: Uint8Array | null
}
