import { type ErrorCode, KeyManagerError, type KeyPairIds, type KeySpec, type ObjectId, sleep } from '@chatelaine/core'
import { barbicanAlgorithm } from './algorithms.ts'
import { type Call, type Client, read } from './client.ts'
import { type Json, notUnderstood, objectsIn, parseObject, textIn } from './json.ts'
import { checkName, idOf, isoText } from './secret.ts'
import type { Session } from './session.ts'

/** How long an order may take. */
export interface Patience {
  /** Seconds between two looks, in the end. */
  readonly retry_delay: number
  /** Times that. */
  readonly number_of_retries: number
}

type Signal = AbortSignal | undefined

const firstLookMs = 50

/** Has Barbican make keys, waits for them and tidies up behind them. */
export class Orders {
  readonly #client: Client
  readonly #session: Session
  readonly #patience: Patience

  constructor(client: Client, session: Session, patience: Patience) {
    this.#client = client
    this.#session = session
    this.#patience = patience
  }

  async createKey(spec: KeySpec, signal: Signal): Promise<ObjectId> {
    const operation = 'createKey'
    const orderId = await this.#place(operation, 'key', meta(spec), signal)
    const order = await this.#finished(operation, orderId, signal)
    const id = idOf(operation, order.secret_ref)
    await this.#remove(`/orders/${orderId}`)
    return id
  }

  async createKeyPair(spec: KeySpec, signal: Signal): Promise<KeyPairIds> {
    const operation = 'createKeyPair'
    const orderId = await this.#place(operation, 'asymmetric', meta(spec), signal)
    const order = await this.#finished(operation, orderId, signal)
    const containerId = idOf(operation, order.container_ref)
    const { privateId, publicId } = await this.#pair(operation, containerId, signal)
    if (privateId === undefined || publicId === undefined) throw notUnderstood(operation)
    await this.#remove(`/containers/${containerId}`)
    await this.#remove(`/orders/${orderId}`)
    return { privateId, publicId }
  }

  async #place(operation: string, type: string, meta: Json, signal: Signal): Promise<string> {
    checkName(operation, textIn(meta, 'name'))
    const call: Call = {
      operation,
      method: 'POST',
      path: '/orders',
      repeatable: false,
      changes: true,
      body: Buffer.from(JSON.stringify({ type, meta })),
      signal,
    }
    return idOf(operation, parseObject(operation, await this.#client.body(this.#session, call)).order_ref)
  }

  // The first look comes at once: without a queue the order was done before it was answered.
  async #finished(operation: string, orderId: string, signal: Signal): Promise<Json> {
    const longestMs = this.#patience.retry_delay * 1000
    const until = performance.now() + longestMs * this.#patience.number_of_retries
    try {
      for (let delay = Math.min(firstLookMs, longestMs); ; delay = Math.min(delay * 2, longestMs)) {
        const order = await this.#look(operation, orderId, signal)
        if (order.status === 'ACTIVE') return order
        if (order.status === 'ERROR') throw failed(operation, orderId, order)
        if (performance.now() + delay > until) throw new Unfinished()
        await sleep(delay, operation, signal)
      }
    } catch (error) {
      throw await this.#abandon(operation, orderId, error)
    }
  }

  async #look(operation: string, orderId: string, signal: Signal): Promise<Json> {
    const call = read(operation, `/orders/${orderId}`, { signal })
    return parseObject(operation, await this.#client.body(this.#session, call))
  }

  // An order that nobody waits for any longer would leave a key that nobody knows.
  async #abandon(operation: string, orderId: string, error: unknown): Promise<unknown> {
    if (error instanceof OrderFailed) {
      await this.#remove(`/orders/${orderId}`)
      return error.error
    }
    const withdrawn = await this.#withdraw(operation, orderId)
    const outcome = withdrawn ? 'and was withdrawn' : 'and could not be withdrawn: it may yet make its key'
    const cause = error instanceof Unfinished ? undefined : error
    return new KeyManagerError('indeterminate', `${operation}: the order ${orderId} was not finished, ${outcome}`, {
      cause,
    })
  }

  async #withdraw(operation: string, orderId: string): Promise<boolean> {
    try {
      const order = await this.#look(operation, orderId, undefined)
      for (const id of await this.#made(operation, order)) await this.#remove(`/secrets/${id}`)
      const container = textIn(order, 'container_ref')
      if (container !== undefined) await this.#remove(`/containers/${idOf(operation, container)}`)
    } catch {
      return false
    }
    return this.#remove(`/orders/${orderId}`)
  }

  async #made(operation: string, order: Json): Promise<ObjectId[]> {
    if (typeof order.secret_ref === 'string') return [idOf(operation, order.secret_ref)]
    if (typeof order.container_ref !== 'string') return []
    const { privateId, publicId } = await this.#pair(operation, idOf(operation, order.container_ref), undefined)
    return [privateId, publicId].filter((id) => id !== undefined)
  }

  async #pair(operation: string, containerId: string, signal: Signal): Promise<Partial<KeyPairIds>> {
    const call = read(operation, `/containers/${containerId}`, { signal })
    const container = parseObject(operation, await this.#client.body(this.#session, call))
    const refs = new Map(objectsIn(container, 'secret_refs').map((ref) => [ref.name, ref.secret_ref]))
    const idNamed = (name: string) => (refs.has(name) ? idOf(operation, refs.get(name)) : undefined)
    const [privateId, publicId] = [idNamed('private_key'), idNamed('public_key')]
    return { ...(privateId !== undefined && { privateId }), ...(publicId !== undefined && { publicId }) }
  }

  // The keys are there and known: what cannot be tidied up is no reason to lose them.
  async #remove(path: string): Promise<boolean> {
    const call: Call = { operation: 'tidy up', method: 'DELETE', path, repeatable: true, changes: true }
    try {
      const { response } = await this.#client.send(this.#session, call)
      return response.status === 204 || response.status === 404
    } catch {
      return false
    }
  }
}

class Unfinished extends Error {}

class OrderFailed extends Error {
  readonly error: KeyManagerError

  constructor(error: KeyManagerError) {
    super('the order failed')
    this.error = error
  }
}

function meta(spec: KeySpec): Json {
  return {
    algorithm: barbicanAlgorithm(spec.algorithm),
    bit_length: spec.bitLength,
    payload_content_type: 'application/octet-stream',
    ...(spec.name !== undefined && { name: spec.name }),
    ...(spec.expiration !== undefined && { expiration: isoText(spec.expiration) }),
  }
}

const failures: Readonly<Record<string, ErrorCode>> = {
  400: 'invalid_argument',
  403: 'permission_denied',
  413: 'exhausted',
}

// An order holds no secret: the server's reason may be told.
function failed(operation: string, orderId: string, order: Json): OrderFailed {
  const status = textIn(order, 'error_status_code') ?? ''
  const reason = (textIn(order, 'error_reason') ?? 'no reason given').slice(0, 300)
  const message = `${operation}: the order ${orderId} failed with ${status || 'no status'}: ${reason}`
  return new OrderFailed(new KeyManagerError(failures[status] ?? 'unknown', message))
}
