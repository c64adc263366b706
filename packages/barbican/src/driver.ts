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
  type SecretBytes,
} from '@chatelaine/core'
import { orderedKeys, orderedPairs } from './algorithms.ts'
import { type Answer, type Call, Client, read } from './client.ts'
import { parseObject } from './json.ts'
import { type BarbicanOptions, barbicanOptions } from './options.ts'
import { Orders } from './orders.ts'
import { listObjects } from './pages.ts'
import { decodePayload } from './payload.ts'
import { about, responseError } from './response-error.ts'
import { consumerBody, isUuid, secretInfo } from './secret.ts'
import { type Session, Sessions } from './session.ts'
import { storeObject } from './store.ts'
import { type HttpResponse, Transport } from './transport.ts'
import { TransportError } from './transport-error.ts'

const credentialTypes: readonly CredentialType[] = ['token', 'password', 'keystone_token', 'keystone_password']

/** Keys and secrets in OpenStack Barbican (Key Manager API v1), as a user of Keystone or, where Barbican has none, without. */
export default class BarbicanDriver implements Driver {
  static readonly options = barbicanOptions

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
    return storeObject(this.#client, await this.#writing('store', context), object, context.signal)
  }

  // Both requests at once: the answers take one round trip.
  async get(context: Context, id: ObjectId): Promise<ManagedObject> {
    const session = await this.#reading('get', context, id)
    const { signal } = context
    const payloadCall = read('get', `/secrets/${id}/payload`, { id, signal, accept: 'application/octet-stream' })
    const [metadata, payload] = await Promise.allSettled([
      this.#metadata('get', session, id, signal),
      this.#client.send(session, payloadCall),
    ])
    if (metadata.status === 'rejected') throw wiped(payload, metadata.reason)
    if (payload.status === 'rejected') throw payload.reason
    const { response } = payload.value
    if (response.status === 404) throw new KeyManagerError('not_found', `${about(payloadCall)}: it has no payload`)
    if (response.status !== 200) throw responseError(payloadCall, response)
    const info = metadata.value
    return withValue(info, decodePayload(about(payloadCall), info.kind, response.body))
  }

  async describe(context: Context, id: ObjectId): Promise<ObjectInfo> {
    const session = await this.#reading('describe', context, id)
    return this.#metadata('describe', session, id, context.signal)
  }

  // Up to microversion 1.1 Barbican deletes what has consumers: without force, it takes a look first.
  async delete(context: Context, id: ObjectId, options: DeleteOptions = {}): Promise<void> {
    const session = await this.#reading('delete', context, id)
    if (!options.force && session.endpoint.consumers) {
      const { consumers = [] } = await this.#metadata('delete', session, id, context.signal)
      if (consumers.length > 0) {
        const message = `delete ${JSON.stringify(id)}: ${consumers.length} consumers are registered`
        throw new KeyManagerError('in_use', message)
      }
    }
    await this.#remove(session, id, context.signal)
  }

  async *list(context: Context, filter: ListFilter = {}): AsyncGenerator<ObjectInfo, void, void> {
    const session = await this.#sessions.open('list', context)
    if (session.foreign) return
    if (filter.after !== undefined && !isUuid(filter.after)) throw notFound('list', filter.after)
    yield* listObjects(this.#client, session, filter, context.signal)
  }

  async createKey(context: Context, spec: KeySpec): Promise<ObjectId> {
    return (await this.#orders('createKey', context)).createKey(spec, context.signal)
  }

  async createKeyPair(context: Context, spec: KeySpec): Promise<KeyPairIds> {
    return (await this.#orders('createKeyPair', context)).createKeyPair(spec, context.signal)
  }

  addConsumer(context: Context, id: ObjectId, consumer: Consumer): Promise<void> {
    return this.#changeConsumer('addConsumer', 'POST', context, id, consumer)
  }

  removeConsumer(context: Context, id: ObjectId, consumer: Consumer): Promise<void> {
    return this.#changeConsumer('removeConsumer', 'DELETE', context, id, consumer)
  }

  /** Lists one secret at most: proves endpoint, credentials and role. */
  async health(context: Context): Promise<void> {
    const session = await this.#writing('health', context)
    await this.#client.body(session, read('health', '/secrets?limit=1', { signal: context.signal }))
  }

  async close(): Promise<void> {
    this.#transport.close()
  }

  async #reading(operation: string, context: Context, id: ObjectId): Promise<Session> {
    if (!isUuid(id)) throw notFound(operation, id)
    const session = await this.#sessions.open(operation, context)
    if (session.foreign) throw notFound(operation, id)
    return session
  }

  async #writing(operation: string, context: Context): Promise<Session> {
    const session = await this.#sessions.open(operation, context)
    if (!session.foreign) return session
    const message = `${operation}: the credentials are not for the project of the context`
    throw new KeyManagerError('permission_denied', message)
  }

  async #orders(operation: string, context: Context): Promise<Orders> {
    return new Orders(this.#client, await this.#writing(operation, context), this.#options)
  }

  async #metadata(
    operation: string,
    session: Session,
    id: ObjectId,
    signal: AbortSignal | undefined,
  ): Promise<ObjectInfo> {
    const call = read(operation, `/secrets/${id}`, { id, signal })
    const { response } = await this.#client.send(session, call)
    if (response.status === 200) return secretInfo(operation, parseObject(operation, response.body))
    throw await this.#refusal(session, call, response)
  }

  async #remove(session: Session, id: ObjectId, signal: AbortSignal | undefined): Promise<void> {
    const call: Call = {
      operation: 'delete',
      id,
      method: 'DELETE',
      path: `/secrets/${id}`,
      repeatable: true,
      changes: true,
      signal,
    }
    const { response, lost } = await this.#client.send(session, call)
    if (response.status === 204 || (response.status === 404 && lost)) return
    if (response.status !== 403) throw await this.#refusal(session, call, response)
    // Whoever may see it is told that he may not delete it; of everybody else it is kept that it is there.
    await this.#metadata('delete', session, id, signal)
    throw responseError(call, response)
  }

  async #changeConsumer(
    operation: string,
    method: 'POST' | 'DELETE',
    context: Context,
    id: ObjectId,
    consumer: Consumer,
  ): Promise<void> {
    const session = await this.#reading(operation, context, id)
    if (!session.endpoint.consumers) {
      throw new KeyManagerError('unsupported', `${operation}: this Barbican has no consumers of secrets`)
    }
    const call: Call = {
      operation,
      id,
      method,
      path: `/secrets/${id}/consumers`,
      repeatable: true,
      changes: true,
      body: consumerBody(consumer),
      signal: context.signal,
    }
    const { response, lost } = await this.#client.send(session, call)
    if (response.status === 200 || (method === 'DELETE' && response.status === 404 && lost)) return
    if (response.status !== 403) throw await this.#refusal(session, call, response)
    await this.#metadata(operation, session, id, context.signal)
    throw responseError(call, response)
  }

  // Another project's secret is a 403 like a missing role: who may list secrets has the role.
  async #refusal(session: Session, call: Call & { readonly id?: ObjectId }, response: HttpResponse): Promise<unknown> {
    const { operation, id = '', signal } = call
    if (response.status === 404) return notFound(operation, id)
    if (response.status !== 403) return responseError(call, response)
    const probe = await this.#client.send(session, read(operation, '/secrets?limit=1', { id, signal }))
    return probe.response.status === 200 ? notFound(operation, id) : responseError(call, response)
  }
}

function withValue(info: ObjectInfo, value: SecretBytes): ManagedObject {
  if (info.kind !== 'symmetric' || info.bitLength !== undefined) return { ...info, value }
  return { ...info, bitLength: value.length * 8, value }
}

function wiped(payload: PromiseSettledResult<Answer>, reason: unknown): unknown {
  if (payload.status === 'fulfilled') payload.value.response.body.fill(0)
  return reason
}
