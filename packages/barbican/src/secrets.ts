import {
  type Consumer,
  KeyManagerError,
  type ManagedObject,
  notFound,
  type ObjectId,
  type ObjectInfo,
  type SecretBytes,
} from '@chatelaine/core'
import { type Answer, type Call, type Client, read } from './client.ts'
import { parseObject } from './json.ts'
import { decodePayload } from './payload.ts'
import { about, responseError } from './response-error.ts'
import { consumerBody, secretInfo } from './secret.ts'
import type { Session } from './session.ts'
import type { HttpResponse } from './transport.ts'

/** One operation on secrets that are there, within one session. */
export class Secrets {
  readonly #client: Client
  readonly #session: Session
  readonly #operation: string
  readonly #signal: AbortSignal | undefined

  constructor(client: Client, session: Session, operation: string, signal: AbortSignal | undefined) {
    this.#client = client
    this.#session = session
    this.#operation = operation
    this.#signal = signal
  }

  async describe(id: ObjectId): Promise<ObjectInfo> {
    const call = this.#read(id)
    const { response } = await this.#client.send(this.#session, call)
    if (response.status === 200) return secretInfo(this.#operation, parseObject(this.#operation, response.body))
    throw await this.#refusal(id, call, response)
  }

  // Both requests at once: the answers take one round trip.
  async get(id: ObjectId): Promise<ManagedObject> {
    const call = this.#read(id, '/payload', 'application/octet-stream')
    const [info, payload] = await Promise.allSettled([this.describe(id), this.#client.send(this.#session, call)])
    if (info.status === 'rejected') throw wiped(payload, info.reason)
    if (payload.status === 'rejected') throw payload.reason
    const { response } = payload.value
    if (response.status === 404) throw new KeyManagerError('not_found', `${about(call)}: it has no payload`)
    if (response.status !== 200) throw responseError(call, response)
    return withValue(info.value, decodePayload(about(call), info.value.kind, response.body))
  }

  // Up to microversion 1.1 Barbican deletes what has consumers: without force, a look comes first.
  async delete(id: ObjectId, force: boolean): Promise<void> {
    if (!force && this.#session.endpoint.consumers) {
      const { consumers = [] } = await this.describe(id)
      if (consumers.length > 0) {
        const message = `delete ${JSON.stringify(id)}: ${consumers.length} consumers are registered`
        throw new KeyManagerError('in_use', message)
      }
    }
    await this.#change(id, this.#changing('DELETE', id), 204)
  }

  async addConsumer(id: ObjectId, consumer: Consumer): Promise<void> {
    await this.#change(id, this.#changing('POST', id, consumer), 200)
  }

  async removeConsumer(id: ObjectId, consumer: Consumer): Promise<void> {
    await this.#change(id, this.#changing('DELETE', id, consumer), 200)
  }

  #read(id: ObjectId, rest = '', accept = 'application/json'): Call {
    return read(this.#operation, `/secrets/${id}${rest}`, { id, accept, signal: this.#signal })
  }

  #changing(method: 'POST' | 'DELETE', id: ObjectId, consumer?: Consumer): Call {
    return {
      operation: this.#operation,
      id,
      method,
      path: consumer === undefined ? `/secrets/${id}` : `/secrets/${id}/consumers`,
      repeatable: true,
      changes: true,
      ...(consumer !== undefined && { body: consumerBody(consumer) }),
      signal: this.#signal,
    }
  }

  async #change(id: ObjectId, call: Call, success: number): Promise<void> {
    const { response, lost } = await this.#client.send(this.#session, call)
    if (response.status === success) return
    // What an earlier, unanswered attempt has deleted is gone, as was asked.
    if (call.method === 'DELETE' && response.status === 404 && lost) return
    // Whoever may see it is told that he may not change it; from everybody else it is kept that it is there.
    if (response.status === 403) await this.describe(id)
    throw response.status === 404 ? notFound(this.#operation, id) : responseError(call, response)
  }

  // Another project's secret is a 403 like a missing role: who may list secrets has the role.
  async #refusal(id: ObjectId, call: Call, response: HttpResponse): Promise<unknown> {
    if (response.status === 404) return notFound(this.#operation, id)
    if (response.status !== 403) return responseError(call, response)
    const probe = read(this.#operation, '/secrets?limit=1', { id, signal: this.#signal })
    const { response: listed } = await this.#client.send(this.#session, probe)
    return listed.status === 200 ? notFound(this.#operation, id) : responseError(call, response)
  }
}

// Of a symmetric key that is too long for Barbican's bit_length, the value says it.
function withValue(info: ObjectInfo, value: SecretBytes): ManagedObject {
  if (info.kind !== 'symmetric' || info.bitLength !== undefined) return { ...info, value }
  return { ...info, bitLength: value.length * 8, value }
}

function wiped(payload: PromiseSettledResult<Answer>, reason: unknown): unknown {
  if (payload.status === 'fulfilled') payload.value.response.body.fill(0)
  return reason
}
