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

  createKey(spec: KeySpec, signal: Signal): Promise<ObjectId> {
    return this.#fulfil('createKey', 'key', spec, signal, async (order) => {
      return { made: idOf('createKey', order.secret_ref), spent: [] }
    })
  }

  createKeyPair(spec: KeySpec, signal: Signal): Promise<KeyPairIds> {
    const operation = 'createKeyPair'
    return this.#fulfil(operation, 'asymmetric', spec, signal, async (order) => {
      const containerId = idOf(operation, order.container_ref)
      const { privateId, publicId } = await this.#pair(operation, containerId, signal)
      if (privateId === undefined || publicId === undefined) throw notUnderstood(operation)
      return { made: { privateId, publicId }, spent: [`/containers/${containerId}`] }
    })
  }

  // Only once the ids are known does anything that leads to them go.
  async #fulfil<Made>(
    operation: string,
    type: string,
    spec: KeySpec,
    signal: Signal,
    take: (order: Json) => Promise<{ readonly made: Made; readonly spent: readonly string[] }>,
  ): Promise<Made> {
    const orderId = await this.#place(operation, type, meta(spec), signal)
    try {
      const { made, spent } = await take(await this.#finished(operation, orderId, signal))
      for (const path of [...spent, `/orders/${orderId}`]) await this.#remove(path)
      return made
    } catch (error) {
      throw await this.#abandon(operation, orderId, error)
    }
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
    for (let delay = Math.min(firstLookMs, longestMs); ; delay = Math.min(delay * 2, longestMs)) {
      const order = await this.#look(operation, orderId, signal)
      if (order.status === 'ACTIVE') return order
      if (order.status === 'ERROR') throw failed(operation, orderId, order)
      if (performance.now() + delay > until) throw new Unfinished()
      await sleep(delay, operation, signal)
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

  // The order goes last, and only if what it made is gone: it is the only way to find that.
  async #withdraw(operation: string, orderId: string): Promise<boolean> {
    try {
      for (const path of await this.#made(operation, await this.#look(operation, orderId, undefined))) {
        if (!(await this.#remove(path))) return false
      }
    } catch {
      return false
    }
    return this.#remove(`/orders/${orderId}`)
  }

  async #made(operation: string, order: Json): Promise<string[]> {
    if (typeof order.secret_ref === 'string') return [`/secrets/${idOf(operation, order.secret_ref)}`]
    if (typeof order.container_ref !== 'string') return []
    const containerId = idOf(operation, order.container_ref)
    const { privateId, publicId } = await this.#pair(operation, containerId, undefined)
    const ids = [privateId, publicId].filter((id) => id !== undefined)
    return [...ids.map((id) => `/secrets/${id}`), `/containers/${containerId}`]
  }

  async #pair(operation: string, containerId: string, signal: Signal): Promise<Partial<KeyPairIds>> {
    const call = read(operation, `/containers/${containerId}`, { signal })
    const container = parseObject(operation, await this.#client.body(this.#session, call))
    const refs = new Map(objectsIn(container, 'secret_refs').map((ref) => [ref.name, ref.secret_ref]))
    const idNamed = (name: string) => (refs.has(name) ? idOf(operation, refs.get(name)) : undefined)
    const [privateId, publicId] = [idNamed('private_key'), idNamed('public_key')]
    return { ...(privateId !== undefined && { privateId }), ...(publicId !== undefined && { publicId }) }
  }

  // Whether it is gone; what cannot be tidied up is no reason to lose the keys.
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
