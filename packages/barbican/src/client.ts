import { KeyManagerError, sleep } from '@chatelaine/core'
import { about, responseError, type Subject, transportFailure } from './response-error.ts'
import { delayAfterAnswer, delayAfterFailure } from './retry.ts'
import type { Session } from './session.ts'
import type { HttpRequest, HttpResponse, Transport } from './transport.ts'
import { TransportError } from './transport-error.ts'

/** One request to Barbican; `path` follows the endpoint's base. */
export interface Call extends Subject {
  readonly method: HttpRequest['method']
  readonly path: string
  readonly accept?: string
  readonly contentType?: string
  readonly body?: Uint8Array
}

/** An answer, and whether an earlier attempt of the same request may have been carried out unseen. */
export interface Answer {
  readonly response: HttpResponse
  readonly lost: boolean
}

/** Sends what is safe to repeat again, renews a refused token once, and makes errors of what remains. */
export class Client {
  readonly #transport: Transport
  readonly #retries: number

  constructor(transport: Transport, retries: number) {
    this.#transport = transport
    this.#retries = retries
  }

  /** The answer, whatever its status but a first 401. */
  async send(session: Session, call: Call): Promise<Answer> {
    let renewed = false
    let lost = false
    for (let attempt = 1; ; ) {
      const identity = session.headers()
      const outcome = await this.#attempt(session, identity, call, lost)
      if (!(outcome instanceof TransportError) && outcome.status === 401 && !renewed) {
        renewed = true
        if (await session.renew(identity, call)) continue
      }
      const delay = attempt > this.#retries ? undefined : delayAfter(outcome, attempt, call.repeatable)
      if (delay === undefined) {
        if (outcome instanceof TransportError) throw transportFailure(call, outcome, lost)
        return { response: outcome, lost }
      }
      lost ||= call.changes && (outcome instanceof TransportError ? outcome.sent : outcome.status !== 429)
      await this.#rest(delay, call, lost)
      attempt += 1
    }
  }

  /** The answer's body; any status but 2xx is an error. */
  async body(session: Session, call: Call): Promise<Buffer> {
    const { response } = await this.send(session, call)
    if (response.status < 200 || response.status > 299) throw responseError(call, response)
    return response.body
  }

  async #attempt(
    session: Session,
    identity: HttpRequest['headers'],
    call: Call,
    lost: boolean,
  ): Promise<HttpResponse | TransportError> {
    const { method, path, body, signal } = call
    const headers: Record<string, string> = { ...identity, Accept: call.accept ?? 'application/json' }
    if (body !== undefined) {
      headers['Content-Type'] = call.contentType ?? 'application/json'
      headers['Content-Length'] = String(body.length)
    }
    try {
      return await this.#transport.send({
        method,
        url: session.endpoint.base + path,
        headers,
        ...(body !== undefined && { body }),
        signal,
      })
    } catch (error) {
      if (error instanceof TransportError) return error
      throw lost ? indeterminate(call) : error
    }
  }

  async #rest(delay: number, call: Call, lost: boolean): Promise<void> {
    if (delay === 0) return
    try {
      await sleep(delay, about(call), call.signal)
    } catch (error) {
      throw lost ? indeterminate(call) : error
    }
  }
}

/** A request that only reads. */
export function read(operation: string, path: string, details: Pick<Call, 'id' | 'accept' | 'signal'> = {}): Call {
  return { operation, method: 'GET', path, repeatable: true, changes: false, ...details }
}

function delayAfter(outcome: HttpResponse | TransportError, attempt: number, repeatable: boolean): number | undefined {
  return outcome instanceof TransportError
    ? delayAfterFailure(outcome, attempt, repeatable)
    : delayAfterAnswer(outcome, attempt, repeatable)
}

function indeterminate(call: Call): KeyManagerError {
  return new KeyManagerError('indeterminate', `${about(call)}: ended while it was being repeated`)
}
