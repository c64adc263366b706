import {
  aesKwp,
  type Capabilities,
  type Classification,
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
  resolveProject,
  SecretBytes,
  type StoreOptions,
  symmetricAlgorithms,
  unwrapAesKwp,
  uuidv7,
  type Wrapped,
  wrapAesKwp,
} from '@chatelaine/core'
import * as z from 'zod'

interface Row {
  readonly project: string
  readonly object: NewObject
  readonly created: Date
  readonly consumers: Consumer[]
}

const schema = z.strictObject({
  project_id: z.string().min(1).optional().describe('The project of calls whose context names none.'),
})

/** Keeps everything in this process and forgets it on close: a double for the tests of applications, never a place for keys. */
export class MemoryDriver implements Driver {
  static readonly options = schema

  readonly capabilities: Capabilities = {
    kinds: objectKinds,
    createKey: symmetricAlgorithms,
    createKeyPair: pairAlgorithms,
    wrap: [aesKwp],
    nonExtractable: true,
    chosenIds: true,
    consumers: true,
    expiration: true,
    health: true,
  }

  readonly #rows = new Map<ObjectId, Row>()
  readonly #projectId: string | undefined

  constructor(options: z.output<typeof schema> = {}) {
    this.#projectId = options.project_id
  }

  static async open(options: z.output<typeof schema>): Promise<MemoryDriver> {
    return new MemoryDriver(options)
  }

  static classify(): Classification {
    return { code: 'unknown', retryable: false }
  }

  async store(context: Context, object: NewObject, options: StoreOptions = {}): Promise<ObjectId> {
    const project = this.#project('store', context)
    const id = options.id ?? uuidv7()
    const present = this.#rows.get(id)
    if (present && !isExpired(present.object.expiration)) return repeated(id, present, project, object)
    const value = object.value.use((bytes) => SecretBytes.from(bytes))
    this.#rows.set(id, { project, object: { ...object, value }, created: new Date(), consumers: [] })
    return id
  }

  async get(context: Context, id: ObjectId): Promise<ManagedObject> {
    const row = this.#row('get', context, id)
    if ('extractable' in row.object && row.object.extractable === false) {
      throw new KeyManagerError('not_extractable', `get ${JSON.stringify(id)}: the value may not leave the backend`)
    }
    return { ...info(id, row), value: row.object.value.use((bytes) => SecretBytes.from(bytes)) }
  }

  async describe(context: Context, id: ObjectId): Promise<ObjectInfo> {
    return info(id, this.#row('describe', context, id))
  }

  async delete(context: Context, id: ObjectId, options: DeleteOptions = {}): Promise<void> {
    const { consumers, object } = this.#row('delete', context, id)
    if (consumers.length > 0 && !options.force) {
      throw new KeyManagerError('in_use', `delete ${JSON.stringify(id)}: consumers are registered`)
    }
    this.#rows.delete(id)
    object.value.dispose()
  }

  async *list(context: Context, filter: ListFilter = {}): AsyncGenerator<ObjectInfo, void, void> {
    const project = this.#project('list', context)
    let left = filter.limit ?? Number.POSITIVE_INFINITY
    for (const [id, row] of this.#byId()) {
      if (left === 0) return
      if (row.project !== project || isExpired(row.object.expiration) || !matches(id, row.object, filter)) continue
      left -= 1
      yield info(id, row)
    }
  }

  async createKey(context: Context, spec: KeySpec, options: StoreOptions = {}): Promise<ObjectId> {
    return this.store(context, await generateKey(spec), options)
  }

  async createKeyPair(context: Context, spec: KeySpec): Promise<KeyPairIds> {
    const { privateKey, publicKey } = await generateKeyPair(spec)
    return { privateId: await this.store(context, privateKey), publicId: await this.store(context, publicKey) }
  }

  async wrap(context: Context, keyId: ObjectId, bytes: SecretBytes): Promise<Wrapped> {
    return wrapAesKwp(this.#row('wrap', context, keyId).object, bytes)
  }

  async unwrap(context: Context, keyId: ObjectId, wrapped: Wrapped): Promise<SecretBytes> {
    return unwrapAesKwp(this.#row('unwrap', context, keyId).object, wrapped)
  }

  async addConsumer(context: Context, id: ObjectId, consumer: Consumer): Promise<void> {
    const { consumers } = this.#row('addConsumer', context, id)
    if (!consumers.some((other) => isSameConsumer(other, consumer))) consumers.push({ ...consumer })
  }

  async removeConsumer(context: Context, id: ObjectId, consumer: Consumer): Promise<void> {
    const { consumers } = this.#row('removeConsumer', context, id)
    const index = consumers.findIndex((other) => isSameConsumer(other, consumer))
    if (index < 0) throw new KeyManagerError('not_found', `removeConsumer ${JSON.stringify(id)}: no such consumer`)
    consumers.splice(index, 1)
  }

  async health(): Promise<void> {}

  async close(): Promise<void> {
    for (const { object } of this.#rows.values()) object.value.dispose()
    this.#rows.clear()
  }

  #byId(): [ObjectId, Row][] {
    return [...this.#rows].sort(([one], [other]) => (one < other ? -1 : 1))
  }

  #project(operation: string, context: Context): string {
    return resolveProject(operation, context, { backend: 'memory', projectId: this.#projectId })
  }

  #row(operation: string, context: Context, id: ObjectId): Row {
    const project = this.#project(operation, context)
    const row = this.#rows.get(id)
    if (row === undefined || row.project !== project || isExpired(row.object.expiration)) throw notFound(operation, id)
    return row
  }
}

function repeated(id: ObjectId, row: Row, project: string, object: NewObject): ObjectId {
  if (row.project === project && row.object.kind === object.kind && row.object.value.equals(object.value)) return id
  throw new KeyManagerError('already_exists', `store ${JSON.stringify(id)}: the id is taken by another object`)
}

function info(id: ObjectId, row: Row): ObjectInfo {
  const { value: _, ...spec } = row.object
  return { ...spec, id, created: row.created, consumers: row.consumers.map((consumer) => ({ ...consumer })) }
}

function matches(id: ObjectId, object: NewObject, { kind, name, algorithm, after }: ListFilter): boolean {
  return (
    (kind === undefined || object.kind === kind) &&
    (name === undefined || object.name === name) &&
    (algorithm === undefined || ('algorithm' in object && object.algorithm === algorithm)) &&
    (after === undefined || id > after)
  )
}
