import { randomBytes, randomUUID } from 'node:crypto'
import { KeyManagerError, SecretBytes } from '@chatelaine/core'
import type { Database, Statement } from 'better-sqlite3'
import type { KekWrapping } from './master-wrapping.ts'
import { type Kek, readyKek } from './sealing.ts'
import { type Patience, whenFree } from './when-free.ts'

interface KekRow {
  readonly id: string
  readonly project: string
  readonly seals: number
  readonly wrapped: string
}

interface Active {
  readonly kek: Kek
  /** How many seals this process may still make before it books more. */
  booked: number
}

// Random 96-bit nonces: NIST SP 800-38D, section 8.3 allows 2^32 under one key; a KEK is replaced at half of that.
const mostSeals = 2 ** 31
const bookedAtOnce = 1_024
const mostCached = 10_000

/** The key-encryption keys of all projects: made when first needed, unwrapped once, replaced when they have sealed enough. */
export class Keks {
  readonly #database: Database
  readonly #wrapping: KekWrapping
  readonly #byId = new Map<string, Kek>()
  readonly #active = new Map<string, Active>()
  readonly #selectById: Statement<[string], KekRow>
  readonly #selectActive: Statement<[string], KekRow>
  readonly #insert: Statement<[string, string, string]>
  readonly #retire: Statement<[string]>
  readonly #book: Statement<[number, string], number>

  constructor(database: Database, wrapping: KekWrapping) {
    this.#database = database
    this.#wrapping = wrapping
    this.#selectById = database.prepare('SELECT id, project, seals, wrapped FROM keks WHERE id = ?')
    this.#selectActive = database.prepare(
      'SELECT id, project, seals, wrapped FROM keks WHERE project = ? AND active = 1',
    )
    this.#insert = database.prepare('INSERT INTO keks (id, project, active, seals, wrapped) VALUES (?, ?, 1, 0, ?)')
    this.#retire = database.prepare('UPDATE keks SET active = 0 WHERE project = ?')
    this.#book = database.prepare<[number, string], number>(
      'UPDATE keks SET seals = seals + ? WHERE id = ? AND active = 1 RETURNING seals',
    )
    this.#book.pluck()
  }

  /** The KEK with `id` where it has been used before; else {@link load} it. */
  cached(id: string): Kek | undefined {
    return this.#byId.get(id)
  }

  /** The KEK that a row refers to; `integrity` where there is none. */
  async load(id: string, patience: Patience): Promise<Kek> {
    const row = await whenFree(patience, () => this.#selectById.get(id))
    if (row === undefined) {
      throw new KeyManagerError(
        'integrity',
        `${patience.operation}: the key-encryption key ${JSON.stringify(id)} is missing`,
      )
    }
    return this.#unwrap(row)
  }

  /** The KEK that new rows of `project` are sealed under, with `seals` of them booked. */
  async active(project: string, seals: number, patience: Patience): Promise<Kek> {
    const known = this.#active.get(project)
    if (known !== undefined && known.booked >= seals) {
      known.booked -= seals
      return known.kek
    }
    const row = await whenFree(patience, () => this.#selectActive.get(project))
    if (row === undefined || row.seals + bookedAtOnce > mostSeals) {
      await this.#make(project, row?.id, patience)
      return this.active(project, seals, patience)
    }
    const kek = this.#byId.get(row.id) ?? (await this.#unwrap(row))
    const booked = await whenFree(patience, () => this.#book.get(bookedAtOnce, row.id))
    if (booked === undefined) return this.active(project, seals, patience)
    remember(this.#active, project, { kek, booked: bookedAtOnce - seals })
    return kek
  }

  /** Has the next {@link active} look again: another process has replaced the KEK. */
  forgetActive(project: string): void {
    this.#active.delete(project)
  }

  async #make(project: string, replaced: string | undefined, patience: Patience): Promise<void> {
    const id = randomUUID()
    const wrapped = await this.#wrapping.wrap(SecretBytes.take(randomBytes(32)), { project, kek: id })
    const replace = this.#database.transaction(() => {
      // Whoever was first, here or in another process, has made it: that one is used.
      if (this.#selectActive.get(project)?.id !== replaced) return
      this.#retire.run(project)
      this.#insert.run(id, project, wrapped)
    })
    await whenFree(patience, () => replace.immediate())
  }

  async #unwrap({ id, project, wrapped }: KekRow): Promise<Kek> {
    const kek = readyKek(id, await this.#wrapping.unwrap(wrapped, { project, kek: id }))
    remember(this.#byId, id, kek)
    return kek
  }
}

function remember<Value>(cache: Map<string, Value>, key: string, value: Value): void {
  const [oldest] = cache.keys()
  if (cache.size >= mostCached && oldest !== undefined) cache.delete(oldest)
  cache.set(key, value)
}
