import {
  assertOwnProject,
  type Capabilities,
  type CloseOptions,
  type Context,
  type Driver,
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
  type ObjectSpec,
  objectKinds,
  type SecretBytes,
  type Wrapped,
} from '@chatelaine/core'
import {
  type AttributeSet,
  type BatchItem,
  type Client,
  type ItemResult,
  item,
  KmipServerError,
  type Version,
} from 'kmip-client-ts'
import { classify } from './classify.ts'
import { createSpec, pairSpec } from './create.ts'
import { gcm, openGcm, sealGcm } from './gcm.ts'
import { infoAttributes, toInfo } from './info.ts'
import { attempts, isAboutAttributes, keptAttributes, proveKept } from './keep.ts'
import { listObjects } from './locate.ts'
import { toInformation } from './metadata.ts'
import { nameAttributes } from './names.ts'
import { openDevice, proveService } from './open-client.ts'
import { type KmipOptions, kmipOptions } from './options.ts'
import { toRegistration } from './register.ts'
import { canonicalValue } from './value.ts'

const gone = ['ItemNotFound', 'ObjectNotFound', 'ObjectDestroyed', 'PermissionDenied'] as const

/** Keeps objects in a KMIP device; several processes may use the same device and certificate. */
export default class KmipDriver implements Driver {
  static readonly options = kmipOptions
  static readonly classify = classify

  readonly capabilities: Capabilities
  readonly #client: Client
  readonly #options: KmipOptions

  private constructor(client: Client, options: KmipOptions) {
    this.#client = client
    this.#options = options
    this.capabilities = capabilitiesOf(client.version)
  }

  /** Connects, settles on a version and proves that the device serves us. */
  static async open(options: KmipOptions): Promise<KmipDriver> {
    return new KmipDriver(await openDevice(options), options)
  }

  async store(context: Context, object: NewObject): Promise<ObjectId> {
    assertOwnProject('store', context, this.#own)
    const secrets: Uint8Array[] = [object.value.reveal()]
    try {
      const [bytes = new Uint8Array(0)] = secrets
      const pkcs1Only = this.#options.pkcs1_only
      const { usage, ...registration } = toRegistration(object, bytes, { pkcs1Only }, (made) => secrets.push(made))
      const register = (attributes: AttributeSet) => item('Register', { ...registration, attributes })
      return await this.#make('store', context, object, usage, register)
    } finally {
      for (const bytes of secrets) bytes.fill(0)
    }
  }

  async get(context: Context, id: ObjectId): Promise<ManagedObject> {
    this.#assertReadable('get', context, id)
    const items = [readAttributes(id), item('Get', { uniqueIdentifier: id })] as const
    const [attributes, got] = await this.#client.batch(items, { signal: context.signal, onError: 'Continue' })
    const info = this.#info('get', id, attributes)
    const object = settle(got)
    if (object.uniqueIdentifier !== id)
      throw new KeyManagerError('integrity', `get ${JSON.stringify(id)}: the device gave another object`)
    return { ...info, value: canonicalValue(id, info.kind, object) }
  }

  async describe(context: Context, id: ObjectId): Promise<ObjectInfo> {
    return (await this.#look('describe', context, id)).info
  }

  async delete(context: Context, id: ObjectId): Promise<void> {
    const { attributes } = await this.#look('delete', context, id)
    if (attributes.state !== 'Active') return this.#destroy(context, id)
    if (!this.#options.revoke_active) {
      throw new KeyManagerError(
        'in_use',
        `delete ${JSON.stringify(id)}: the device holds it active; revoke_active lets it be revoked`,
      )
    }
    const revocationReason = { revocationReasonCode: 'CessationOfOperation' as const }
    await this.#client.request('Revoke', { uniqueIdentifier: id, revocationReason }, { signal: context.signal })
    await this.#destroy(context, id)
  }

  async *list(context: Context, filter: ListFilter = {}): AsyncGenerator<ObjectInfo, void, void> {
    if (!isOwnProject('list', context, this.#own)) return
    yield* listObjects({ client: this.#client, project: this.#options.project_id, signal: context.signal }, filter)
  }

  async createKey(context: Context, spec: KeySpec): Promise<ObjectId> {
    assertOwnProject('createKey', context, this.#own)
    return this.#make('createKey', context, { kind: 'symmetric', ...spec }, createSpec(spec), createItem)
  }

  async createKeyPair(context: Context, spec: KeySpec): Promise<KeyPairIds> {
    assertOwnProject('createKeyPair', context, this.#own)
    const halves = pairSpec(spec, this.#client.version)
    const privateSpec = { kind: 'private', ...spec } as const
    const create = item('CreateKeyPair', {
      commonAttributes: halves.common,
      privateKeyAttributes: { ...halves.privateKey, ...this.#described(privateSpec) },
      publicKeyAttributes: { ...halves.publicKey, ...this.#described({ kind: 'public', ...spec }) },
    })
    const [created, kept] = await this.#client.batch([create, keptAttributes], { signal: context.signal })
    const { privateKeyUniqueIdentifier: privateId, publicKeyUniqueIdentifier: publicId } = settle(created)
    await proveKept(this.#client, 'createKeyPair', privateSpec, privateId, kept, this.#options.project_id)
    return { privateId, publicId }
  }

  async wrap(context: Context, keyId: ObjectId, bytes: SecretBytes): Promise<Wrapped> {
    const attributes = await this.#usable('wrap', context, keyId)
    return { mechanism: gcm, bytes: await sealGcm(this.#client, keyId, attributes, bytes, context.signal) }
  }

  async unwrap(context: Context, keyId: ObjectId, wrapped: Wrapped): Promise<SecretBytes> {
    const attributes = await this.#usable('unwrap', context, keyId)
    return openGcm(this.#client, keyId, attributes, wrapped.bytes, context.signal)
  }

  async health(context: Context): Promise<void> {
    await proveService(this.#client, context.signal)
  }

  async close({ timeoutMs }: CloseOptions = {}): Promise<void> {
    await this.#client.close(timeoutMs === undefined ? {} : { timeoutMs })
  }

  get #own(): { backend: string; projectId?: string } {
    const { project_id: projectId } = this.#options
    return { backend: 'kmip', ...(projectId !== undefined && { projectId }) }
  }

  #described(spec: ObjectSpec): AttributeSet {
    const { kind, name, expiration } = spec
    const key = 'algorithm' in spec ? { algorithm: spec.algorithm, bitLength: spec.bitLength } : {}
    const metadata = {
      kind,
      name,
      ...key,
      created: Date.now(),
      expiration: expiration?.getTime(),
      project: this.#options.project_id,
    }
    return { ...nameAttributes(name), applicationSpecificInformation: toInformation(metadata) }
  }

  async #make(
    operation: string,
    context: Context,
    spec: ObjectSpec,
    usage: AttributeSet,
    toItem: (attributes: AttributeSet) => BatchItem<'Register'> | BatchItem<'Create'>,
  ): Promise<ObjectId> {
    let refused: unknown
    for (const attributes of attempts(usage, this.#described(spec))) {
      const [made, kept] = await this.#client.batch([toItem(attributes), keptAttributes], { signal: context.signal })
      if (made.ok) {
        const id = made.value.uniqueIdentifier
        await proveKept(this.#client, operation, spec, id, kept, this.#options.project_id)
        return id
      }
      refused ??= made.error
      if (!isAboutAttributes(made.error)) throw made.error
    }
    throw refused
  }

  #assertReadable(operation: string, context: Context, id: ObjectId): void {
    if (!isOwnProject(operation, context, this.#own) || !/^[\x20-\x7e]+$/.test(id)) throw notFound(operation, id)
  }

  async #look(
    operation: string,
    context: Context,
    id: ObjectId,
  ): Promise<{ info: ObjectInfo; attributes: AttributeSet }> {
    this.#assertReadable(operation, context, id)
    const [result] = await this.#client.batch([readAttributes(id)], { signal: context.signal })
    return { info: this.#info(operation, id, result), attributes: result.ok ? (result.value.attributes ?? {}) : {} }
  }

  // Even the attributes are refused for an object of another owner: for us it is not there.
  #info(
    operation: string,
    id: ObjectId,
    result: ItemResult<{ readonly attributes?: AttributeSet | undefined }>,
  ): ObjectInfo {
    if (!result.ok)
      throw gone.some((reason) => KmipServerError.refusal(result.error, reason))
        ? notFound(operation, id)
        : result.error
    const info = toInfo(id, result.value.attributes ?? {}, this.#options.project_id)
    if (info === undefined) throw notFound(operation, id)
    return info
  }

  async #usable(operation: string, context: Context, id: ObjectId): Promise<AttributeSet> {
    const { info, attributes } = await this.#look(operation, context, id)
    if (info.kind === 'symmetric' && info.algorithm === 'AES') return attributes
    throw new KeyManagerError('invalid_argument', `${operation} ${JSON.stringify(id)}: the object is no AES key`)
  }

  async #destroy(context: Context, id: ObjectId): Promise<void> {
    await this.#client.request('Destroy', { uniqueIdentifier: id }, { signal: context.signal })
  }
}

function createItem(attributes: AttributeSet) {
  return item('Create', { objectType: 'SymmetricKey', attributes })
}

function readAttributes(uniqueIdentifier: ObjectId) {
  return item('GetAttributes', { uniqueIdentifier, attributeNames: infoAttributes })
}

function settle<T>(result: ItemResult<T>): T {
  if (result.ok) return result.value
  throw result.error
}

// The tag of AES-GCM has a field of its own since 1.4 only.
function capabilitiesOf(version: Version): Capabilities {
  const tagged = !['1.0', '1.1', '1.2', '1.3'].includes(version)
  return {
    kinds: objectKinds,
    createKey: ['AES', 'DES-EDE3'],
    createKeyPair: ['RSA', 'EC'],
    ...(tagged && { wrap: [gcm] }),
    expiration: true,
    health: true,
  }
}
