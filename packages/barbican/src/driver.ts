import {
  type Capabilities,
  type Classification,
  type Consumer,
  type Context,
  type CredentialType,
  type DeleteOptions,
  type Driver,
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
} from '@chatelaine/core'
import { orderedKeys, orderedPairs } from './algorithms.ts'
import { Client, read } from './client.ts'
import { type BarbicanOptions, barbicanOptions } from './options.ts'
import { Orders } from './orders.ts'
import { listObjects } from './pages.ts'
import { isUuid } from './secret.ts'
import { Secrets } from './secrets.ts'
import type { Session } from './session.ts'
import { Sessions } from './sessions.ts'
import { storeObject } from './store.ts'
import { Transport } from './transport.ts'
import { TransportError } from './transport-error.ts'
import { weakerChoices } from './weaker-choices.ts'

const credentialTypes: readonly CredentialType[] = ['token', 'password', 'keystone_token', 'keystone_password']

/** Keys and secrets in OpenStack Barbican (Key Manager API v1), as a user of Keystone or, where Barbican has none, without. */
export default class BarbicanDriver implements Driver {
  static readonly options = barbicanOptions
  static readonly warnings = weakerChoices

  readonly capabilities: Capabilities
  readonly #options: BarbicanOptions
  readonly #transport: Transport
  readonly #sessions: Sessions
  readonly #client: Client

  private constructor(options: BarbicanOptions, transport: Transport, sessions: Sessions, consumers: boolean) {
    this.#options = options
    this.#transport = transport
    this.#sessions = sessions
    this.#client = new Client(transport, options.request_retries)
    this.capabilities = {
      kinds: objectKinds,
      createKey: orderedKeys,
      createKeyPair: orderedPairs,
      expiration: true,
      health: true,
      maxValueLength: options.max_allowed_secret_in_bytes,
      ...(consumers && { consumers }),
      ...(options.key_manager?.auth_type !== 'noauth' && { credentials: credentialTypes }),
    }
  }

  /** Asks Barbican for its versions and, with configured credentials, Keystone for a token: both must answer. */
  static async open(options: BarbicanOptions): Promise<BarbicanDriver> {
    const transport = await Transport.open(options)
    try {
      const sessions = new Sessions(options, transport)
      const endpoint = await sessions.prove()
      return new BarbicanDriver(options, transport, sessions, endpoint?.consumers ?? true)
    } catch (error) {
      transport.close()
      throw error
    }
  }

  static classify(error: unknown): Classification {
    if (error instanceof TransportError) return { code: 'unavailable', retryable: true, message: error.message }
    return { code: 'unknown', retryable: false }
  }

  async store(context: Context, object: NewObject): Promise<ObjectId> {
    const session = await this.#ownSession('store', context)
    return storeObject(this.#client, session, object, this.#options.max_allowed_secret_in_bytes, context.signal)
  }

  async get(context: Context, id: ObjectId): Promise<ManagedObject> {
    return (await this.#secrets('get', context, id)).get(id)
  }

  async describe(context: Context, id: ObjectId): Promise<ObjectInfo> {
    return (await this.#secrets('describe', context, id)).describe(id)
  }

  async delete(context: Context, id: ObjectId, options: DeleteOptions = {}): Promise<void> {
    await (await this.#secrets('delete', context, id)).delete(id, options.force ?? false)
  }

  async *list(context: Context, filter: ListFilter = {}): AsyncGenerator<ObjectInfo, void, void> {
    if (filter.after !== undefined && !isUuid(filter.after)) throw notFound('list', filter.after)
    const session = await this.#sessions.open('list', context)
    if (!session.foreign) yield* listObjects(this.#client, session, filter, context.signal)
  }

  async createKey(context: Context, spec: KeySpec): Promise<ObjectId> {
    return (await this.#orders('createKey', context)).createKey(spec, context.signal)
  }

  async createKeyPair(context: Context, spec: KeySpec): Promise<KeyPairIds> {
    return (await this.#orders('createKeyPair', context)).createKeyPair(spec, context.signal)
  }

  async addConsumer(context: Context, id: ObjectId, consumer: Consumer): Promise<void> {
    await (await this.#consumers('addConsumer', context, id)).addConsumer(id, consumer)
  }

  async removeConsumer(context: Context, id: ObjectId, consumer: Consumer): Promise<void> {
    await (await this.#consumers('removeConsumer', context, id)).removeConsumer(id, consumer)
  }

  /** Lists one secret at most: proves endpoint, credentials and role. */
  async health(context: Context): Promise<void> {
    const session = await this.#ownSession('health', context)
    await this.#client.body(session, read('health', '/secrets?limit=1', { signal: context.signal }))
  }

  async close(): Promise<void> {
    this.#transport.close()
  }

  async #ownSession(operation: string, context: Context): Promise<Session> {
    const session = await this.#sessions.open(operation, context)
    if (!session.foreign) return session
    const message = `${operation}: the credentials are not for the project of the context`
    throw new KeyManagerError('permission_denied', message)
  }

  async #orders(operation: string, context: Context): Promise<Orders> {
    return new Orders(this.#client, await this.#ownSession(operation, context), this.#options)
  }

  async #secrets(operation: string, context: Context, id: ObjectId): Promise<Secrets> {
    if (!isUuid(id)) throw notFound(operation, id)
    const session = await this.#sessions.open(operation, context)
    if (session.foreign) throw notFound(operation, id)
    return new Secrets(this.#client, session, operation, context.signal)
  }

  // The endpoint may have come from a catalogue, after the capabilities were said.
  async #consumers(operation: string, context: Context, id: ObjectId): Promise<Secrets> {
    const { endpoint } = await this.#sessions.open(operation, context)
    if (endpoint.consumers) return this.#secrets(operation, context, id)
    throw new KeyManagerError('unsupported', `${operation}: this Barbican has no consumers of secrets`)
  }
}
