import { type Context, KeyManagerError } from '@chatelaine/core'
import type { Renewal } from './directory.ts'
import type { Endpoint } from './endpoint.ts'
import type { Token } from './keystone.ts'
import type { BarbicanOptions } from './options.ts'
import type { Subject } from './response-error.ts'

type Headers = Readonly<Record<string, string>>

/** What one call of the key manager speaks to Barbican as. */
export interface Session {
  readonly endpoint: Endpoint
  /** Whether the context's project is another than the token's: its objects do not exist here. */
  readonly foreign: boolean
  headers(): Headers
  /** After a 401 to a request with `refused` headers: whether it is worth repeating, with others. */
  renew(refused: Headers, subject: Subject): Promise<boolean>
}

/** A Barbican without Keystone believes whatever the headers say. */
export function noauthSession(
  operation: string,
  endpoint: Endpoint,
  context: Context,
  { key_manager, noauth_roles }: BarbicanOptions,
): Session {
  const projectId = context.projectId ?? key_manager?.project_id
  if (projectId === undefined) {
    const message = `${operation}: whose project is it? give context.projectId, or set project_id in [key_manager]`
    throw new KeyManagerError('invalid_argument', message)
  }
  const userId = context.userId ?? key_manager?.user_id
  const headers = {
    ...endpoint.versionHeader,
    'X-Project-Id': headerText(operation, projectId),
    ...(noauth_roles && { 'X-Roles': headerText(operation, noauth_roles.join(',')) }),
    ...(userId !== undefined && { 'X-User-Id': headerText(operation, userId) }),
  }
  return { endpoint, foreign: false, headers: () => headers, renew: () => Promise.resolve(false) }
}

/** What a session with Keystone begins with. */
export interface KeystoneState {
  readonly endpoint: Endpoint
  readonly foreign: boolean
  readonly token: Token
  readonly service: Token | undefined
}

/** A user's token, and a service's beside it where that is wanted; what is refused is renewed once. */
export class KeystoneSession implements Session {
  readonly endpoint: Endpoint
  readonly foreign: boolean
  readonly #renewUser: Renewal
  readonly #renewService: Renewal | undefined
  #token: Token
  #service: Token | undefined

  constructor(state: KeystoneState, renewUser: Renewal, renewService?: Renewal) {
    this.endpoint = state.endpoint
    this.foreign = state.foreign
    this.#token = state.token
    this.#service = state.service
    this.#renewUser = renewUser
    this.#renewService = renewService
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
    const service = this.#service && (await this.#renewService?.(this.#service, subject))
    const token = await this.#renewUser(this.#token, subject)
    this.#service = service ?? this.#service
    this.#token = token ?? this.#token
    return token !== undefined || service !== undefined
  }
}

/** Refuses what no header can hold: Node's own error for it names no culprit. */
export function headerText(operation: string, text: string): string {
  if (/^[\x21-\x7e]+$/.test(text)) return text
  throw new KeyManagerError('invalid_argument', `${operation}: a token, project, user or role is not printable ASCII`)
}
