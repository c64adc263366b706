import { KeyManagerError } from './errors.ts'
import { SecretBytes } from './secret-bytes.ts'

/** Where a Keystone credential is to be scoped; names and ids as in castellan. */
export interface KeystoneScope {
  readonly authUrl?: string
  readonly trustId?: string
  readonly domainId?: string
  readonly domainName?: string
  readonly projectId?: string
  readonly projectName?: string
  readonly projectDomainId?: string
  readonly projectDomainName?: string
  /** Whether an expired token may be replaced by a new authentication; true by default. */
  readonly reauthenticate?: boolean
}

/** castellan's `Token`. */
export interface TokenCredentials {
  readonly type: 'token'
  readonly token: SecretBytes
}

/** castellan's `Password`. */
export interface PasswordCredentials {
  readonly type: 'password'
  readonly username: string
  readonly password: SecretBytes
}

/** castellan's `KeystoneToken`. */
export interface KeystoneTokenCredentials extends KeystoneScope {
  readonly type: 'keystone_token'
  readonly token: SecretBytes
}

/** castellan's `KeystonePassword`: the user by id, or by name and domain. */
export interface KeystonePasswordCredentials extends KeystoneScope {
  readonly type: 'keystone_password'
  readonly password: SecretBytes
  readonly username?: string
  readonly userId?: string
  readonly userDomainId?: string
  readonly userDomainName?: string
}

/** castellan's four credential types; the names are those of its option `auth_type`. */
export type Credentials =
  | TokenCredentials
  | PasswordCredentials
  | KeystoneTokenCredentials
  | KeystonePasswordCredentials

/** The name of a credential type. */
export type CredentialType = Credentials['type']

/**
 * On whose behalf a call is made. A signal whose reason is a `TimeoutError`, as `AbortSignal.timeout(ms)` makes it, is a
 * deadline (`deadline_exceeded`); any other is `aborted`.
 */
export interface Context {
  readonly projectId?: string
  readonly userId?: string
  readonly credentials?: Credentials
  readonly signal?: AbortSignal
}

/** Credentials from a token's text. */
export function tokenCredentials(token: string): TokenCredentials {
  return { type: 'token', token: SecretBytes.fromText(required('token', token)) }
}

/** Credentials from a user's name and password. */
export function passwordCredentials(username: string, password: string): PasswordCredentials {
  required('username', username)
  return { type: 'password', username, password: SecretBytes.fromText(required('password', password)) }
}

/** Credentials from a Keystone token, to be used as it is or, with a scope, exchanged. */
export function keystoneTokenCredentials(token: string, scope: KeystoneScope = {}): KeystoneTokenCredentials {
  return { ...scope, type: 'keystone_token', token: SecretBytes.fromText(required('token', token)) }
}

/** Credentials from a Keystone user's password; one of `username` and `userId` is required. */
export function keystonePasswordCredentials(
  password: string,
  user: Omit<KeystonePasswordCredentials, 'type' | 'password'>,
): KeystonePasswordCredentials {
  required('username or userId', user.username ?? user.userId)
  return { ...user, type: 'keystone_password', password: SecretBytes.fromText(required('password', password)) }
}

function required(field: string, value: string | undefined): string {
  if (typeof value === 'string' && value !== '') return value
  throw new KeyManagerError('invalid_argument', `credentials: ${field} is missing`)
}
