import { abortError, throwIfAborted } from '@chatelaine/core'
import type { Credential } from './credential.ts'
import { type Endpoint, endpointFrom, rootOf, versionProbe } from './endpoint.ts'
import { authenticate, inspect, type Token } from './keystone.ts'
import { passingStatuses, responseError, type Subject, transportFailure } from './response-error.ts'
import { delayAfterAnswer, delayAfterFailure } from './retry.ts'
import { TokenCache } from './token-cache.ts'
import type { HttpRequest, HttpResponse, Transport } from './transport.ts'
import { TransportError } from './transport-error.ts'

/** Gets another token in place of a refused one; undefined where there is none to be had. */
export type Renewal = (refused: Token, subject: Subject) => Promise<Token | undefined>

/** What all sessions share: tokens by credential, endpoints by URL; each is asked for once, however many wait for it. */
export class Directory {
  readonly #transport: Transport
  readonly #retries: number
  readonly #tokens = new TokenCache()
  readonly #endpoints = new Map<string, Promise<Endpoint>>()

  constructor(transport: Transport, retries: number) {
    this.#transport = transport
    this.#retries = retries
  }

  /** A token that is good for a while. */
  token(operation: string, credential: Credential, signal?: AbortSignal): Promise<Token> {
    const ask = credential.method === 'present' ? inspect : authenticate
    const asked = () => ask(credential, (request) => this.#exchange(at('authenticate', request.url), request))
    const { fingerprint, reauthenticate } = credential
    return unlessAborted(operation, () => this.#tokens.get(fingerprint, asked, reauthenticate), signal)
  }

  /** For the tokens of `credential`. */
  renewal(credential: Credential): Renewal {
    return async (refused, { operation, signal }) => {
      if (!credential.reauthenticate) return undefined
      this.#tokens.drop(credential.fingerprint, refused)
      return credential.method === 'present' ? undefined : this.token(operation, credential, signal)
    }
  }

  /** The Barbican at `url`, and what it can do. */
  endpoint(operation: string, url: string, signal?: AbortSignal): Promise<Endpoint> {
    return unlessAborted(operation, () => this.#known(rootOf(url)), signal)
  }

  #known(root: string): Promise<Endpoint> {
    const known = this.#endpoints.get(root)
    if (known !== undefined) return known
    const found = this.#discover(root)
    this.#endpoints.set(root, found)
    found.catch(() => this.#endpoints.delete(root))
    return found
  }

  async #discover(root: string): Promise<Endpoint> {
    const request = { method: 'GET', url: `${root}/`, headers: versionProbe } as const
    const operation = at('ask for versions', request.url)
    const response = await this.#exchange(operation, request)
    if (response.status >= 500 || passingStatuses.has(response.status)) {
      throw responseError({ operation, repeatable: true, changes: false }, response)
    }
    return endpointFrom(root, response)
  }

  // Shared by all callers, and so under nobody's signal; all of it is harmless to repeat.
  async #exchange(operation: string, request: HttpRequest): Promise<HttpResponse> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#transport.send(request).catch((error: unknown) => {
        if (error instanceof TransportError) return error
        throw error
      })
      const failed = outcome instanceof TransportError
      const delay = failed ? delayAfterFailure(outcome, attempt, true) : delayAfterAnswer(outcome, attempt, true)
      if (delay !== undefined && attempt <= this.#retries) {
        await new Promise((resolve) => setTimeout(resolve, delay))
        continue
      }
      if (!failed) return outcome
      throw transportFailure({ operation, repeatable: true, changes: false }, outcome)
    }
  }
}

// Of the URL no more than this: an operator may have put a password into it.
function at(operation: string, url: string): string {
  return `${operation} at ${new URL(url).host}`
}

async function unlessAborted<Result>(
  operation: string,
  work: () => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  throwIfAborted(operation, signal)
  if (signal === undefined) return work()
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(abortError(operation, signal))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work(), aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
