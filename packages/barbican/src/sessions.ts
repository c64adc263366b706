import { type Context, KeyManagerError } from '@chatelaine/core'
import { type Credential, configuredCredential, contextCredential, serviceCredential } from './credential.ts'
import { Directory } from './directory.ts'
import { catalogueUrl, type Endpoint, keystoneBase } from './endpoint.ts'
import type { Token } from './keystone.ts'
import type { BarbicanOptions } from './options.ts'
import { headerText, KeystoneSession, noauthSession, type Session } from './session.ts'
import type { Transport } from './transport.ts'

/** Opens a session for each call: as whom, for which project and where, by the context and the configuration. */
export class Sessions {
  readonly #options: BarbicanOptions
  readonly #directory: Directory
  readonly #configured: Credential | undefined
  readonly #service: Credential | undefined

  constructor(options: BarbicanOptions, transport: Transport) {
    this.#options = options
    this.#directory = new Directory(transport, options.request_retries)
    this.#configured = configuredCredential(options)
    this.#service = options.send_service_user_token ? serviceCredential(options) : undefined
  }

  /** What can be known before the first call: the endpoint, and that the configured credentials are good. */
  async prove(): Promise<Endpoint | undefined> {
    if (this.#configured !== undefined) return (await this.open('open', {})).endpoint
    const { barbican_endpoint, key_manager } = this.#options
    if (barbican_endpoint !== undefined) return this.#directory.endpoint('open', barbican_endpoint)
    if (key_manager?.auth_type !== 'noauth') return undefined
    throw new KeyManagerError('invalid_argument', 'open: without Keystone there is no catalogue: set barbican_endpoint')
  }

  async open(operation: string, context: Context): Promise<Session> {
    const { barbican_endpoint = '', key_manager } = this.#options
    const { signal } = context
    if (key_manager?.auth_type === 'noauth') {
      const endpoint = await this.#directory.endpoint(operation, barbican_endpoint, signal)
      return noauthSession(operation, endpoint, context, this.#options)
    }
    const credential = this.#credential(operation, context)
    const service = this.#service && (await this.#directory.token(operation, this.#service, signal))
    const token = await this.#userToken(operation, credential, context)
    const endpoint = await this.#directory.endpoint(operation, this.#url(operation, credential, token), signal)
    const foreign = context.projectId !== undefined && token.projectId !== context.projectId
    return new KeystoneSession(
      { endpoint, token, service, foreign },
      this.#directory.renewal(credential),
      this.#service && this.#directory.renewal(this.#service),
    )
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
  #userToken(operation: string, credential: Credential, context: Context): Promise<Token> {
    const needless = context.projectId === undefined && this.#options.barbican_endpoint !== undefined
    if (credential.method === 'present' && needless) return Promise.resolve(presentToken(operation, credential))
    return this.#directory.token(operation, credential, context.signal)
  }

  #url(operation: string, credential: Credential, token: Token): string {
    const { barbican_endpoint, barbican_endpoint_type: type, barbican_region_name: region } = this.#options
    if (barbican_endpoint !== undefined) return barbican_endpoint
    this.#assertTrusted(operation, credential)
    const url = catalogueUrl(token.catalogue, type, region)
    if (url !== undefined) return url
    const message = `${operation}: the catalogue has no ${type} endpoint of a key-manager, and barbican_endpoint is not set`
    throw new KeyManagerError('unavailable', message, { retryable: false })
  }

  // Whoever answers at a Keystone of the context's own could have our service token sent to himself.
  #assertTrusted(operation: string, credential: Credential): void {
    const { key_manager, auth_endpoint } = this.#options
    if (!this.#service || credential.authUrl === keystoneBase(key_manager?.auth_url ?? auth_endpoint)) return
    const message = `${operation}: with send_service_user_token, a Keystone of the context's own needs barbican_endpoint`
    throw new KeyManagerError('permission_denied', message)
  }
}

function presentToken(operation: string, { secret }: Credential): Token {
  const value = headerText(operation, secret.revealText())
  const now = performance.now()
  return { value, projectId: undefined, catalogue: undefined, renewAt: now, expiresAt: now }
}
