import { abortError, type Context, KeyManagerError, throwIfAborted } from '@chatelaine/core'
import { type Credential, configuredCredential, contextCredential, serviceCredential } from './credential.ts'
import { catalogueUrl, type Endpoint, endpointFrom, keystoneBase, rootOf, versionProbe } from './endpoint.ts'
import { authenticate, inspect, type Token } from './keystone.ts'
import type { BarbicanOptions } from './options.ts'
import { type Subject, transportFailure } from './response-error.ts'
import { delayAfterAnswer, delayAfterFailure } from './retry.ts'
import { TokenCache } from './token-cache.ts'
import type { HttpRequest, HttpResponse, Transport } from './transport.ts'
import { TransportError } from './transport-error.ts'

/** What one call of the key manager speaks to Barbican as. */
export interface Session {
  readonly endpoint: Endpoint
  /** Whether the context's project is another than the token's: its objects do not exist here. */
  readonly foreign: boolean
  headers(): Headers
  /** After a 401 to a request with `refused` headers: whether it is worth repeating, with others. */
  renew(refused: Headers, subject: Subject): Promise<boolean>
}

type Headers = Readonly<Record<string, string>>

/** Opens sessions for contexts; tokens and endpoints are shared by all that have a right to them. */
export class Sessions {
  readonly #options: BarbicanOptions
  readonly #transport: Transport
  readonly #tokens = new TokenCache()
  readonly #endpoints = new Map<string, Promise<Endpoint>>()
  readonly #configured: Credential | undefined
  readonly #service: Credential | undefined

  constructor(options: BarbicanOptions, transport: Transport) {
    this.#options = options
    this.#transport = transport
    this.#configured = configuredCredential(options)
    this.#service = options.send_service_user_token ? serviceCredential(options) : undefined
  }

  /** What can be known before the first call: the endpoint, and that the configured credentials are good. */
  async prove(): Promise<Endpoint | undefined> {
    if (this.#configured !== undefined) return (await this.open('open', {})).endpoint
    const { barbican_endpoint } = this.#options
    return barbican_endpoint === undefined ? undefined : this.#endpoint('open', barbican_endpoint)
  }

  async open(operation: string, context: Context): Promise<Session> {
    if (this.#options.key_manager?.auth_type === 'noauth') return this.#openNoauth(operation, context)
    const credential = this.#credential(operation, context)
    const service = this.#service && (await this.#token(operation, this.#service, context.signal))
    const token = await this.#userToken(operation, credential, context)
    const endpoint = await this.#endpoint(operation, this.#endpointUrl(operation, credential, token), context.signal)
    return new KeystoneSession(this.#renewal(credential), this.#service && this.#renewal(this.#service), {
      endpoint,
      token,
      service,
      foreign: context.projectId !== undefined && token.projectId !== context.projectId,
    })
  }

  async #openNoauth(operation: string, context: Context): Promise<Session> {
    const { barbican_endpoint, key_manager, noauth_roles } = this.#options
    const projectId = context.projectId ?? key_manager?.project_id
    if (projectId === undefined || barbican_endpoint === undefined) {
      const message = `${operation}: ${barbican_endpoint ? 'projectId in the context, or project_id' : 'barbican_endpoint'} is needed for noauth`
      throw new KeyManagerError('invalid_argument', message)
    }
    const endpoint = await this.#endpoint(operation, barbican_endpoint, context.signal)
    const userId = context.userId ?? key_manager?.user_id
    const headers = {
      ...endpoint.versionHeader,
      'X-Project-Id': headerText(operation, projectId),
      ...(noauth_roles && { 'X-Roles': noauth_roles.join(',') }),
      ...(userId !== undefined && { 'X-User-Id': headerText(operation, userId) }),
    }
    return { endpoint, foreign: false, headers: () => headers, renew: () => Promise.resolve(false) }
  }

  #credential(operation: string, context: Context): Credential {
    const credential = context.credentials
      ? contextCredential(context.credentials, context, this.#options)
      : this.#configured
    if (credential !== undefined) return credential
    const message = `${operation}: neither the context nor [key_manager] auth_type has credentials`
    throw new KeyManagerError('unauthenticated', message)
  }

  // A token that is used as it is needs asking about only where its project or its catalogue is needed.
  async #userToken(operation: string, credential: Credential, context: Context): Promise<Token> {
    const needless = context.projectId === undefined && this.#options.barbican_endpoint !== undefined
    if (credential.method === 'present' && needless) return presentToken(operation, credential)
    return this.#token(operation, credential, context.signal)
  }

  #token(operation: string, credential: Credential, signal: AbortSignal | undefined): Promise<Token> {
    const ask = credential.method === 'present' ? inspect : authenticate
    const token = this.#tokens.get(
      credential.fingerprint,
      () => ask(credential, (request) => this.#exchange('authenticate', request)),
      credential.reauthenticate,
    )
    return unlessAborted(operation, token, signal)
  }

  #endpointUrl(operation: string, credential: Credential, token: Token): string {
    const { barbican_endpoint, barbican_endpoint_type, barbican_region_name, auth_endpoint, key_manager } =
      this.#options
    if (barbican_endpoint !== undefined) return barbican_endpoint
    const trusted = keystoneBase(key_manager?.auth_url ?? auth_endpoint)
    if (this.#service && credential.authUrl !== trusted) {
      // Whoever answers at a context's own Keystone could have our service token sent to himself.
      const message = `${operation}: with send_service_user_token, a context with its own auth URL needs barbican_endpoint`
      throw new KeyManagerError('permission_denied', message)
    }
    const url = catalogueUrl(token.catalogue, barbican_endpoint_type, barbican_region_name)
    if (url !== undefined) return url
    const message = `${operation}: the catalogue has no ${barbican_endpoint_type} key-manager endpoint; barbican_endpoint is not set`
    throw new KeyManagerError('unavailable', message, { retryable: false })
  }

  #endpoint(operation: string, url: string, signal?: AbortSignal): Promise<Endpoint> {
    const root = rootOf(url)
    let endpoint = this.#endpoints.get(root)
    if (endpoint === undefined) {
      endpoint = this.#discover(root)
      this.#endpoints.set(root, endpoint)
      endpoint.catch(() => this.#endpoints.delete(root))
    }
    return unlessAborted(operation, endpoint, signal)
  }

  async #discover(root: string): Promise<Endpoint> {
    return endpointFrom(
      root,
      await this.#exchange('discover', { method: 'GET', url: `${root}/`, headers: versionProbe }),
    )
  }

  // Shared by all callers, and so under nobody's signal.
  async #exchange(operation: string, request: HttpRequest): Promise<HttpResponse> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#transport.send(request).catch((error: unknown) => {
        if (error instanceof TransportError) return error
        throw error
      })
      const failed = outcome instanceof TransportError
      const last = attempt > this.#options.request_retries
      const delay = failed ? delayAfterFailure(outcome, attempt, true) : delayAfterAnswer(outcome, attempt, true)
      if (delay !== undefined && !last) {
        await new Promise((resolve) => setTimeout(resolve, delay))
        continue
      }
      if (!failed) return outcome
      throw transportFailure({ operation, repeatable: true, changes: false }, outcome)
    }
  }

  #renewal(credential: Credential): Renewal {
    return async (token, subject) => {
      if (!credential.reauthenticate) return undefined
      this.#tokens.drop(credential.fingerprint, token)
      return credential.method !== 'present' ? this.#token(subject.operation, credential, subject.signal) : undefined
    }
  }
}

type Renewal = (refused: Token, subject: Subject) => Promise<Token | undefined>

interface KeystoneState {
  readonly endpoint: Endpoint
  readonly foreign: boolean
  readonly token: Token
  readonly service: Token | undefined
}

class KeystoneSession implements Session {
  readonly endpoint: Endpoint
  readonly foreign: boolean
  readonly #renewUser: Renewal
  readonly #renewService: Renewal | undefined
  #token: Token
  #service: Token | undefined

  constructor(renewUser: Renewal, renewService: Renewal | undefined, state: KeystoneState) {
    this.endpoint = state.endpoint
    this.foreign = state.foreign
    this.#renewUser = renewUser
    this.#renewService = renewService
    this.#token = state.token
    this.#service = state.service
  }

  headers(): Headers {
    return {
      ...this.endpoint.versionHeader,
      'X-Auth-Token': this.#token.value,
      ...(this.#service && { 'X-Service-Token': this.#service.value }),
    }
  }

  // Which of the two tokens was refused, the answer does not say.
  async renew(refused: Headers, subject: Subject): Promise<boolean> {
    // A request beside this one may have been refused first, and what it got must not be dropped again.
    const { 'X-Auth-Token': user, 'X-Service-Token': other } = this.headers()
    if (refused['X-Auth-Token'] !== user || refused['X-Service-Token'] !== other) return true
    const service = this.#service && this.#renewService && (await this.#renewService(this.#service, subject))
    const token = await this.#renewUser(this.#token, subject)
    this.#service = service ?? this.#service
    this.#token = token ?? this.#token
    return token !== undefined || service !== undefined
  }
}

function presentToken(operation: string, { secret }: Credential): Token {
  const value = headerText(operation, secret.revealText())
  const now = performance.now()
  return { value, projectId: undefined, catalogue: undefined, renewAt: now, expiresAt: now }
}

// Node's own error for such a header quotes nothing, but names no culprit either.
function headerText(operation: string, text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text
  throw new KeyManagerError('invalid_argument', `${operation}: a token, project or user id is not printable ASCII`)
}

async function unlessAborted<T>(operation: string, work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  throwIfAborted(operation, signal)
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const onAbort = () => reject(abortError(operation, signal))
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, aborted])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
