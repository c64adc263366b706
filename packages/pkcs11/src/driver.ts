import {
  assertOwnProject,
  type Capabilities,
  type Classification,
  type CloseOptions,
  type Context,
  canonicalAlgorithm,
  type Driver,
  type DriverClass,
  isOwnProject,
  KeyManagerError,
  type KeyPairIds,
  type KeySpec,
  type ListFilter,
  type ManagedObject,
  type NewObject,
  notFound,
  type ObjectId,
  type ObjectInfo,
  type OwnProject,
  SecretBytes,
  type StoreOptions,
  type Wrapped,
} from '@chatelaine/core'
import { capabilitiesOf } from './capabilities.ts'
import { checkKeyLength } from './key-lengths.ts'
import { LanePool } from './lane-pool.ts'
import { chosenName, formatObjectId, newIdBytes, type ObjectName, parseObjectId } from './object-name.ts'
import { type Pkcs11Options, pkcs11Options } from './options.ts'
import type { LaneInfo, LaneSettings } from './protocol.ts'
import { withPin } from './wrong-pins.ts'

const backend = 'pkcs11'
const pageSize = 64
const closeTimeoutMs = 5_000

/** Keys and secrets as objects of a PKCS#11 token, which child processes use, never the application's own. */
export default class Pkcs11Driver implements Driver {
  static readonly options = pkcs11Options

  readonly capabilities: Capabilities
  readonly #pool: LanePool
  readonly #own: OwnProject
  readonly #readOnly: boolean
  #nextList = 0

  private constructor(pool: LanePool, capabilities: Capabilities, options: Pkcs11Options) {
    this.#pool = pool
    this.capabilities = capabilities
    this.#own = { backend, projectId: options.project_id }
    this.#readOnly = options.read_only
  }

  /** Starts a lane and logs in; a PIN that the token has refused once is not shown to it again. */
  static async open(options: Pkcs11Options): Promise<Pkcs11Driver> {
    const lane = laneSettings(options)
    const { lanes, timeout_ms: timeoutMs } = options
    const environment = laneEnvironment()
    const { pool, abilities } = await withPin(lane, () => LanePool.open({ lane, lanes, timeoutMs, environment }))
    return new Pkcs11Driver(pool, capabilitiesOf(abilities, options.read_only), options)
  }

  /** Whatever may fail is a KeyManagerError already. */
  static classify(): Classification {
    return { code: 'unknown', retryable: false }
  }

  static warnings({ final_try }: Pkcs11Options): readonly string[] {
    return final_try ? ['[pkcs11] final_try: a wrong PIN can lock the token for good'] : []
  }

  async store(context: Context, object: NewObject, { id }: StoreOptions = {}): Promise<ObjectId> {
    assertOwnProject('store', context, this.#own)
    const name = id === undefined ? newName(object.kind) : chosenName('store', id, object.kind)
    const algorithm = 'algorithm' in object && object.algorithm ? canonicalAlgorithm(object.algorithm) : undefined
    const extractable = !('extractable' in object) || object.extractable !== false
    const { kind } = object
    const request = {
      op: 'store',
      id: idOf(name),
      kind,
      label: object.name,
      algorithm,
      extractable,
      chosen: id !== undefined,
    } as const
    await this.#pool.call({ ...request, value: object.value.reveal() }, this.#fields('store', context, name))
    return idOf(name)
  }

  async get(context: Context, id: ObjectId): Promise<ManagedObject> {
    const name = this.#ownName('get', context, id)
    const { value, ...info } = await this.#pool.call({ op: 'get', id }, this.#fields('get', context, name))
    return { ...toInfo(info), value: SecretBytes.take(value) }
  }

  async describe(context: Context, id: ObjectId): Promise<ObjectInfo> {
    const name = this.#ownName('describe', context, id)
    return toInfo(await this.#pool.call({ op: 'describe', id }, this.#fields('describe', context, name)))
  }

  async delete(context: Context, id: ObjectId): Promise<void> {
    const name = this.#ownName('delete', context, id)
    if (this.#readOnly) throw new KeyManagerError('permission_denied', 'delete: read_only is set')
    await this.#pool.call({ op: 'delete', id }, this.#fields('delete', context, name))
  }

  async *list(context: Context, filter: ListFilter = {}): AsyncGenerator<ObjectInfo, void, void> {
    if (!isOwnProject('list', context, this.#own)) return
    const { kind, name, algorithm, limit = Number.POSITIVE_INFINITY } = filter
    // One lane, so that the next page continues where the one before ended.
    const fields = { what: 'list', affinity: this.#nextList++, signal: context.signal }
    let [after, cursor, given] = [filter.after, undefined as number | undefined, 0]
    do {
      const size = Math.min(pageSize, limit - given)
      const page = await this.#pool.call({ op: 'list', kind, name, algorithm, after, size, cursor }, fields)
      for (const info of page.infos) yield toInfo(info)
      given += page.infos.length
      after = page.infos.at(-1)?.id ?? after
      cursor = page.cursor
    } while (cursor !== undefined && given < limit)
  }

  async createKey(context: Context, spec: KeySpec, { id }: StoreOptions = {}): Promise<ObjectId> {
    assertOwnProject('createKey', context, this.#own)
    const name = id === undefined ? newName('symmetric') : chosenName('createKey', id, 'symmetric')
    const made = { ...keyFields('createKey', spec), chosen: id !== undefined }
    await this.#pool.call({ op: 'createKey', id: idOf(name), ...made }, this.#fields('createKey', context, name))
    return idOf(name)
  }

  async createKeyPair(context: Context, spec: KeySpec): Promise<KeyPairIds> {
    assertOwnProject('createKeyPair', context, this.#own)
    const idBytes = newIdBytes()
    const names = { private: named('private', idBytes), public: named('public', idBytes) }
    const made = keyFields('createKeyPair', spec)
    const ids = { privateId: idOf(names.private), publicId: idOf(names.public) }
    const fields = this.#fields('createKeyPair', context, names.private)
    await this.#pool.call({ op: 'createKeyPair', ...ids, ...made }, fields)
    return ids
  }

  async wrap(context: Context, keyId: ObjectId, bytes: SecretBytes): Promise<Wrapped> {
    const name = this.#ownName('wrap', context, keyId)
    const [mechanism = ''] = this.capabilities.wrap ?? []
    const request = { op: 'wrap', id: keyId, mechanism, bytes: bytes.reveal() } as const
    const wrapped = await this.#pool.call(request, this.#fields('wrap', context, name))
    return { mechanism, bytes: new Uint8Array(wrapped) }
  }

  async unwrap(context: Context, keyId: ObjectId, { mechanism, bytes }: Wrapped): Promise<SecretBytes> {
    const name = this.#ownName('unwrap', context, keyId)
    const request = { op: 'unwrap', id: keyId, mechanism, bytes: new Uint8Array(bytes) } as const
    return SecretBytes.take(await this.#pool.call(request, this.#fields('unwrap', context, name)))
  }

  async health(context: Context): Promise<void> {
    await this.#pool.call({ op: 'health' }, { what: 'health', signal: context.signal })
  }

  close({ timeoutMs = closeTimeoutMs }: CloseOptions = {}): Promise<void> {
    return this.#pool.close(timeoutMs)
  }

  #ownName(operation: string, context: Context, id: ObjectId): ObjectName {
    const name = parseObjectId(id)
    if (!name || !isOwnProject(operation, context, this.#own)) throw notFound(operation, id)
    return name
  }

  #fields(operation: string, { signal }: Context, name: ObjectName) {
    return { what: `${operation} ${JSON.stringify(idOf(name))}`, affinity: affinityOf(name), signal }
  }
}

Pkcs11Driver satisfies DriverClass<Pkcs11Options>

function laneSettings(options: Pkcs11Options): LaneSettings {
  return {
    libraryPath: options.library_path,
    initializeArgs: options.initialize_args,
    selector: { serialNumber: options.token_serial_number, labels: options.token_labels, slotId: options.slot_id },
    pin: options.login === undefined ? undefined : new TextEncoder().encode(options.login),
    readOnly: options.read_only,
    finalTry: options.final_try,
    exportWrapped: options.export_wrapped,
  }
}

// Modules are configured by variables such as SOFTHSM2_CONF: lanes get the environment as it was when the driver was opened,
// but for what is meant for the application's own Node.js.
function laneEnvironment(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, NODE_V8_COVERAGE: __, ...environment } = process.env
  return environment
}

function newName(kind: ObjectName['kind']): ObjectName {
  return named(kind, newIdBytes())
}

function named(kind: ObjectName['kind'], bytes: Uint8Array): ObjectName {
  return { kind, by: 'id', bytes }
}

function idOf(name: ObjectName): ObjectId {
  return formatObjectId(name) ?? ''
}

// The last bytes of an id are its most random ones.
function affinityOf({ bytes }: ObjectName): number {
  return bytes.subarray(-4).reduce((sum, byte) => (sum * 31 + byte) % 65_521, 0)
}

function keyFields(operation: string, { name, algorithm, bitLength = 0, extractable = true }: KeySpec) {
  checkKeyLength(operation, algorithm, bitLength)
  return { label: name, algorithm, bitLength, extractable }
}

function toInfo({ created, ...info }: LaneInfo): ObjectInfo {
  return { ...info, ...(created !== undefined && { created: new Date(created) }) }
}
