import {
  aesKwp,
  type Capabilities,
  type Consumer,
  type Context,
  type DeleteOptions,
  type Driver,
  generateKey,
  generateKeyPair,
  isExpired,
  isSameConsumer,
  KeyManagerError,
  type KeyPairIds,
  type KeySpec,
  type ListFilter,
  type ManagedObject,
  type NewObject,
  notFound,
  type ObjectId,
  type ObjectInfo,
  objectKinds,
  pairAlgorithms,
  putNewFile,
  resolveProject,
  type SecretBytes,
  type StoreOptions,
  symmetricAlgorithms,
  throwIfAborted,
  unwrapAesKwp,
  uuidv7,
  type Wrapped,
  wrapAesKwp,
} from '@chatelaine/core'
import type { Database } from 'better-sqlite3'
import { hasCanary, proveMasterKey } from './canary.ts'
import { classify } from './classify.ts'
import { openDatabase } from './database.ts'
import { readMasterKey } from './master-key.ts'
import { type KekWrapping, MasterWrapping } from './master-wrapping.ts'
import { type LocalOptions, localOptions } from './options.ts'
import { Vault } from './vault.ts'
import type { Patience } from './when-free.ts'

const capabilities: Capabilities = {
  kinds: objectKinds,
  createKey: symmetricAlgorithms,
  createKeyPair: pairAlgorithms,
  wrap: [aesKwp],
  nonExtractable: true,
  chosenIds: true,
  consumers: true,
  expiration: true,
  health: true,
  maxValueLength: 2 ** 20,
}

const pageSize = 256
// What SQLite copies before the event loop has its turn.
const backupPages = 100

/** Keeps objects in an encrypted SQLite file; any number of processes may have it open. */
export default class LocalDriver implements Driver {
  static readonly options = localOptions
  static readonly classify = classify

  readonly capabilities = capabilities
  readonly #database: Database
  readonly #wrapping: KekWrapping
  readonly #options: LocalOptions
  readonly #vault: Vault

  private constructor(database: Database, wrapping: KekWrapping, options: LocalOptions) {
    this.#database = database
    this.#wrapping = wrapping
    this.#options = options
    this.#vault = new Vault(database, wrapping)
  }

  /** Opens the database, or makes it; proves the master key on it, or binds a new database to the key. */
  static async open(options: LocalOptions): Promise<LocalDriver> {
    const patience = { operation: 'open', timeoutMs: options.timeout_ms }
    // A mistake in the options must not leave an empty database behind.
    const given = options.autogen_master_key ? undefined : await readMasterKey(options, () => false)
    const database = await openDatabase(options.database, patience)
    try {
      const master = given ?? (await readMasterKey(options, () => !hasCanary(database)))
      const wrapping = new MasterWrapping(master, () => readMasterKey(options, () => false))
      await proveMasterKey(database, wrapping, patience)
      return new LocalDriver(database, wrapping, options)
    } catch (error) {
      database.close()
      throw error
    }
  }

  async store(context: Context, object: NewObject, options: StoreOptions = {}): Promise<ObjectId> {
    const project = this.#project('store', context)
    const patience = this.#patience('store', context)
    const entry = { id: options.id ?? uuidv7(), object }
    try {
      await this.#vault.insert(project, [entry], patience)
    } catch (error) {
      if (options.id === undefined || !isTaken(error)) throw error
      await this.#repeat(project, entry, patience)
    }
    return entry.id
  }

  async get(context: Context, id: ObjectId): Promise<ManagedObject> {
    const { info, value } = await this.#open('get', context, id)
    if ('extractable' in info && info.extractable === false) {
      value.dispose()
      throw new KeyManagerError('not_extractable', `get ${JSON.stringify(id)}: it was stored with extractable: false`)
    }
    return { ...info, value }
  }

  async describe(context: Context, id: ObjectId): Promise<ObjectInfo> {
    const patience = this.#patience('describe', context)
    return present(await this.#vault.describe(this.#project('describe', context), id, patience), 'describe', id)
  }

  async delete(context: Context, id: ObjectId, { force = false }: DeleteOptions = {}): Promise<void> {
    const project = this.#project('delete', context)
    const patience = this.#patience('delete', context)
    if (await this.#vault.delete(project, id, force, patience)) return
    const { consumers = [] } = present(await this.#vault.describe(project, id, patience), 'delete', id)
    if (consumers.length === 0) throw notFound('delete', id)
    throw new KeyManagerError('in_use', `delete ${JSON.stringify(id)}: ${consumers.length} consumers are registered`)
  }

  async *list(context: Context, filter: ListFilter = {}): AsyncGenerator<ObjectInfo, void, void> {
    const project = this.#project('list', context)
    let { after, limit: left = Number.POSITIVE_INFINITY } = filter
    while (left > 0) {
      const size = Math.min(left, pageSize)
      const page = await this.#vault.page(project, { ...filter, after }, size, this.#patience('list', context))
      yield* page
      if (page.length < size) return
      left -= size
      after = page.at(-1)?.id
      // A list of a million must not hold the event loop from its first page to its last.
      await new Promise(setImmediate)
    }
  }

  async createKey(context: Context, spec: KeySpec, options: StoreOptions = {}): Promise<ObjectId> {
    return this.store(context, await generateKey(spec), options)
  }

  async createKeyPair(context: Context, spec: KeySpec): Promise<KeyPairIds> {
    const project = this.#project('createKeyPair', context)
    const { privateKey, publicKey } = await generateKeyPair(spec)
    const [privateId, publicId] = [uuidv7(), uuidv7()]
    const entries = [
      { id: privateId, object: privateKey },
      { id: publicId, object: publicKey },
    ]
    await this.#vault.insert(project, entries, this.#patience('createKeyPair', context))
    return { privateId, publicId }
  }

  async wrap(context: Context, keyId: ObjectId, bytes: SecretBytes): Promise<Wrapped> {
    const { info, value } = await this.#open('wrap', context, keyId)
    try {
      return wrapAesKwp({ ...info, value }, bytes)
    } finally {
      value.dispose()
    }
  }

  async unwrap(context: Context, keyId: ObjectId, wrapped: Wrapped): Promise<SecretBytes> {
    const { info, value } = await this.#open('unwrap', context, keyId)
    try {
      return unwrapAesKwp({ ...info, value }, wrapped)
    } finally {
      value.dispose()
    }
  }

  addConsumer(context: Context, id: ObjectId, consumer: Consumer): Promise<void> {
    return this.#changeConsumers('addConsumer', context, id, (consumers) => {
      return consumers.some((other) => isSameConsumer(other, consumer)) ? consumers : [...consumers, plain(consumer)]
    })
  }

  removeConsumer(context: Context, id: ObjectId, consumer: Consumer): Promise<void> {
    return this.#changeConsumers('removeConsumer', context, id, (consumers) => {
      const others = consumers.filter((other) => !isSameConsumer(other, consumer))
      if (others.length < consumers.length) return others
      throw new KeyManagerError('not_found', `removeConsumer ${JSON.stringify(id)}: no such consumer`)
    })
  }

  /** Reads the file and proves the master key on it again. */
  async health(context: Context): Promise<void> {
    await proveMasterKey(this.#database, this.#wrapping, this.#patience('health', context))
  }

  /** Deletes expired objects of all projects; resolves to their number. */
  purge(): Promise<number> {
    return this.#vault.purge(this.#patience('purge', {}))
  }

  /**
   * Writes a consistent copy of the database to `file`, with mode 0600, while others go on working; the master key is not in
   * it. `already_exists` where `file` exists, unless `replace` is set. The signal ends it, and nothing is left behind.
   */
  async backup(
    file: string,
    options: { readonly replace?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const { signal } = options
    const progress = () => {
      throwIfAborted('backup', signal)
      return backupPages
    }
    const copy = async (temporary: string) => void (await this.#database.backup(temporary, { progress }))
    const written = await putNewFile(file, copy, options)
    if (!written) throw new KeyManagerError('already_exists', `backup: ${file} exists`)
  }

  async close(): Promise<void> {
    this.#database.close()
  }

  async #open(operation: string, context: Context, id: ObjectId): Promise<{ info: ObjectInfo; value: SecretBytes }> {
    const patience = this.#patience(operation, context)
    const opened = await this.#vault.open(this.#project(operation, context), id, patience)
    present(opened?.info, operation, id)
    if (opened === undefined) throw notFound(operation, id)
    return opened
  }

  // Repeating a store is harmless where it says the same; an expired object makes way.
  async #repeat(project: string, entry: { id: ObjectId; object: NewObject }, patience: Patience): Promise<void> {
    const { id, object } = entry
    const stored = await this.#vault.open(project, id, patience)
    if (stored === undefined || isExpired(stored.info.expiration)) {
      await this.#vault.purge(patience)
      return this.#vault.insert(project, [entry], patience)
    }
    if (stored.info.kind === object.kind && stored.value.equals(object.value)) return
    throw new KeyManagerError('already_exists', `store ${JSON.stringify(id)}: the id is taken by another object`)
  }

  #changeConsumers(
    operation: string,
    context: Context,
    id: ObjectId,
    change: (consumers: readonly Consumer[]) => readonly Consumer[],
  ): Promise<void> {
    return this.#vault.changeConsumers(
      this.#project(operation, context),
      id,
      (info) => change(present(info, operation, id).consumers ?? []),
      this.#patience(operation, context),
    )
  }

  #project(operation: string, context: Context): string {
    return resolveProject(operation, context, { backend: 'local', projectId: this.#options.project_id })
  }

  #patience(operation: string, { signal }: Context): Patience {
    return { operation, timeoutMs: this.#options.timeout_ms, signal }
  }
}

function present(info: ObjectInfo | undefined, operation: string, id: ObjectId): ObjectInfo {
  if (info === undefined || isExpired(info.expiration)) throw notFound(operation, id)
  return info
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_CONSTRAINT_UNIQUE'
}

function plain({ service, resourceType, resourceId }: Consumer): Consumer {
  return { service, resourceType, resourceId }
}
