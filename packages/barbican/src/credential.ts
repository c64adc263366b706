import { createHmac, randomBytes } from 'node:crypto'
import { type Context, type Credentials, KeyManagerError, type KeystoneScope, SecretBytes } from '@chatelaine/core'
import { keystoneBase } from './endpoint.ts'
import type { BarbicanOptions, KeyManagerOptions, ServiceUserOptions } from './options.ts'

/** Who authenticates and for what, whether it came with a context or from the configuration. */
export interface Credential {
  /** `present`: the token is used as it is. */
  readonly method: 'password' | 'token' | 'present'
  readonly secret: SecretBytes
  /** Of Keystone's version 3. */
  readonly authUrl: string
  readonly user: User
  readonly scope: Scope
  readonly reauthenticate: boolean
  /** Equal for equal credentials; tells nothing about them. */
  readonly fingerprint: string
}

/** By id, or by name and domain. */
export interface User {
  readonly id?: string | undefined
  readonly name?: string | undefined
  readonly domainId?: string | undefined
  readonly domainName?: string | undefined
}

/** At most one of trust, project and domain is used, in this order. */
export interface Scope {
  readonly trustId?: string | undefined
  readonly projectId?: string | undefined
  readonly projectName?: string | undefined
  readonly projectDomainId?: string | undefined
  readonly projectDomainName?: string | undefined
  readonly domainId?: string | undefined
  readonly domainName?: string | undefined
}

/** The credential in a context; without a scope of its own, a password is scoped to the context's project. */
export function contextCredential(credentials: Credentials, context: Context, options: BarbicanOptions): Credential {
  const fallback = options.key_manager?.auth_url ?? options.auth_endpoint
  switch (credentials.type) {
    case 'token':
      return credential('present', credentials.token, fallback)
    case 'keystone_token':
      return keystoneToken(
        credentials.token,
        credentials.authUrl ?? fallback,
        scopeOf(credentials),
        credentials.reauthenticate,
      )
    case 'password':
      return credential('password', credentials.password, fallback, {
        user: { name: credentials.username, ...configuredDomain(options.key_manager) },
        scope: projectScope(context) ?? configuredScope(options.key_manager),
      })
    default:
      return credential('password', credentials.password, credentials.authUrl ?? fallback, {
        user: {
          id: credentials.userId,
          name: credentials.username,
          domainId: credentials.userDomainId,
          domainName: credentials.userDomainName,
        },
        scope: orElse(scopeOf(credentials), projectScope(context)),
        reauthenticate: credentials.reauthenticate,
      })
  }
}

/** The credential that [key_manager] configures; undefined where only contexts have credentials. */
export function configuredCredential(options: BarbicanOptions): Credential | undefined {
  const { key_manager } = options
  if (key_manager === undefined) return undefined
  const authUrl = key_manager.auth_url ?? options.auth_endpoint
  const { token, password, reauthenticate } = key_manager
  const scope = configuredScope(key_manager)
  switch (key_manager.auth_type) {
    case 'token':
      return token === undefined ? undefined : credential('present', SecretBytes.fromText(token), authUrl)
    case 'keystone_token':
      return token === undefined
        ? undefined
        : keystoneToken(SecretBytes.fromText(token), authUrl, scope, reauthenticate)
    case 'password':
    case 'keystone_password':
      return password === undefined
        ? undefined
        : credential('password', SecretBytes.fromText(password), authUrl, {
            user: userOf(key_manager),
            scope,
            reauthenticate,
          })
    default:
      return undefined
  }
}

/** The credential of [barbican_service_user]; `invalid_argument` where it is not complete. */
export function serviceCredential(options: BarbicanOptions): Credential {
  const service = options.barbican_service_user
  const token = service?.auth_type.endsWith('token')
  const text = token ? service?.token : service?.password
  if (service === undefined || text === undefined || (!token && !service.username && !service.user_id)) {
    const message = 'open: send_service_user_token needs [barbican_service_user] with username and password'
    throw new KeyManagerError('invalid_argument', message)
  }
  return credential(
    token ? 'token' : 'password',
    SecretBytes.fromText(text),
    service.auth_url ?? options.auth_endpoint,
    {
      user: userOf(service),
      scope: configuredScope(service),
    },
  )
}

/** Whether a token is to be asked for with any scope at all. */
export function isScoped({ trustId, projectId, projectName, domainId, domainName }: Scope): boolean {
  return [trustId, projectId, projectName, domainId, domainName].some((value) => value !== undefined)
}

interface Details {
  readonly user?: User
  readonly scope?: Scope | undefined
  readonly reauthenticate?: boolean | undefined
}

function credential(method: Credential['method'], secret: SecretBytes, url: string, details: Details = {}): Credential {
  const { user = {}, scope = {}, reauthenticate = true } = details
  const authUrl = keystoneBase(url)
  if (!/^https?:/.test(url) || !URL.canParse(url)) {
    throw new KeyManagerError('invalid_argument', 'credentials: the auth URL is no URL of http or https')
  }
  const fingerprint = fingerprintOf(secret, { method, authUrl, user, scope, reauthenticate })
  return { method, secret, authUrl, user, scope, reauthenticate, fingerprint }
}

// Without a scope to exchange it for, a token is good as it is.
function keystoneToken(token: SecretBytes, url: string, scope: Scope, reauthenticate?: boolean): Credential {
  return credential(isScoped(scope) ? 'token' : 'present', token, url, { scope, reauthenticate })
}

function scopeOf(credentials: KeystoneScope): Scope {
  return {
    trustId: credentials.trustId,
    projectId: credentials.projectId,
    projectName: credentials.projectName,
    projectDomainId: credentials.projectDomainId,
    projectDomainName: credentials.projectDomainName,
    domainId: credentials.domainId,
    domainName: credentials.domainName,
  }
}

type ConfiguredScope = Pick<
  KeyManagerOptions,
  'trust_id' | 'project_id' | 'project_name' | 'project_domain_id' | 'project_domain_name' | 'domain_id' | 'domain_name'
>

function configuredScope(options: (ConfiguredScope & DefaultDomain) | undefined): Scope {
  return {
    trustId: options?.trust_id,
    projectId: options?.project_id,
    projectName: options?.project_name,
    projectDomainId: options?.project_domain_id ?? (options?.project_name && options.default_domain_id),
    projectDomainName: options?.project_domain_name ?? (options?.project_name && options.default_domain_name),
    domainId: options?.domain_id,
    domainName: options?.domain_name,
  }
}

interface DefaultDomain {
  readonly default_domain_id?: string | undefined
  readonly default_domain_name?: string | undefined
}

function userOf(options: (KeyManagerOptions | ServiceUserOptions) & DefaultDomain): User {
  return {
    id: options.user_id,
    name: options.username,
    domainId: options.user_domain_id ?? options.default_domain_id,
    domainName: options.user_domain_name ?? options.default_domain_name,
  }
}

function configuredDomain(options: KeyManagerOptions | undefined): User {
  return { domainId: options?.user_domain_id, domainName: options?.user_domain_name }
}

function projectScope({ projectId }: Context): Scope | undefined {
  return projectId === undefined ? undefined : { projectId }
}

function orElse(scope: Scope, other: Scope | undefined): Scope {
  return isScoped(scope) ? scope : (other ?? scope)
}

const fingerprintKey = randomBytes(32)

function fingerprintOf(secret: SecretBytes, rest: object): string {
  const hash = createHmac('sha256', fingerprintKey)
  hash.update(JSON.stringify(rest))
  return secret.use((bytes) => hash.update(bytes).digest('base64'))
}
