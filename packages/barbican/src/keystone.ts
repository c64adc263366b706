import { KeyManagerError } from '@chatelaine/core'
import type { Credential, Scope, User } from './credential.ts'
import { isScoped } from './credential.ts'
import { type Json, objectIn, parseObject, textIn } from './json.ts'
import { requestId } from './response-error.ts'
import type { HttpRequest, HttpResponse } from './transport.ts'

/** What Keystone says of a token; times are `performance.now()`, so that a clock that is set does no harm. */
export interface Token {
  readonly value: string
  readonly projectId: string | undefined
  readonly catalogue: unknown
  /** From then on it is to be renewed. */
  readonly renewAt: number
  /** From then on it is refused. */
  readonly expiresAt: number
}

type Exchange = (request: HttpRequest) => Promise<HttpResponse>

const longestMarginMs = 30_000

/** Gets a token for a password or another token (Identity API v3, POST /auth/tokens). */
export async function authenticate(credential: Credential, exchange: Exchange): Promise<Token> {
  const started = performance.now()
  const body = Buffer.from(JSON.stringify({ auth: { identity: identity(credential), ...scope(credential.scope) } }))
  const headers = { Accept: 'application/json', 'Content-Type': 'application/json', 'Content-Length': `${body.length}` }
  try {
    const response = await exchange({ method: 'POST', url: `${credential.authUrl}/auth/tokens`, headers, body })
    const value = response.headers['x-subject-token']
    if (response.status !== 201 || typeof value !== 'string') throw refused(response)
    return token(value, response, started)
  } finally {
    body.fill(0)
  }
}

/** Asks whose a token is that somebody else got (GET /auth/tokens). */
export async function inspect(credential: Credential, exchange: Exchange): Promise<Token> {
  const started = performance.now()
  const value = credential.secret.revealText()
  const headers = { Accept: 'application/json', 'X-Auth-Token': value, 'X-Subject-Token': value }
  const response = await exchange({ method: 'GET', url: `${credential.authUrl}/auth/tokens`, headers })
  if (response.status !== 200) throw refused(response)
  return token(value, response, started)
}

function token(value: string, response: HttpResponse, started: number): Token {
  const json = objectIn(parseObject('authenticate', response.body), 'token')
  const lifeMs = lifetime(textIn(json, 'expires_at'), response)
  const margin = Math.min(longestMarginMs, lifeMs / 4)
  return {
    value,
    projectId: textIn(objectIn(json, 'project'), 'id'),
    catalogue: json?.catalog,
    renewAt: started + lifeMs - margin,
    expiresAt: started + lifeMs,
  }
}

// By the server's own clock where it says it: ours may be wrong by more than a token lives.
function lifetime(expiresAt: string | undefined, response: HttpResponse): number {
  const end = Date.parse(expiresAt ?? '')
  if (Number.isNaN(end)) return 0
  const date = Date.parse(String(response.headers.date))
  return Math.max(0, end - (Number.isNaN(date) ? Date.now() : date))
}

function identity({ method, secret, user }: Credential): Json {
  if (method === 'password') {
    return { methods: ['password'], password: { user: { ...userJson(user), password: secret.revealText() } } }
  }
  return { methods: ['token'], token: { id: secret.revealText() } }
}

function userJson({ id, name, domainId, domainName }: User): Json {
  return id === undefined ? { name, domain: domain(domainId, domainName) } : { id }
}

function scope(scope: Scope): Json {
  if (!isScoped(scope)) return {}
  if (scope.trustId !== undefined) return { scope: { 'OS-TRUST:trust': { id: scope.trustId } } }
  if (scope.projectId !== undefined) return { scope: { project: { id: scope.projectId } } }
  if (scope.projectName !== undefined) {
    const project = { name: scope.projectName, domain: domain(scope.projectDomainId, scope.projectDomainName) }
    return { scope: { project } }
  }
  if (scope.domainId === undefined && scope.domainName === undefined) return {}
  return { scope: { domain: domain(scope.domainId, scope.domainName) } }
}

// Keystone's own default domain has the id `default` in every deployment.
function domain(id: string | undefined, name: string | undefined): Json {
  if (id !== undefined) return { id }
  return name === undefined ? { id: 'default' } : { name }
}

// Keystone quotes tokens in its messages: none of its text goes on.
function refused(response: HttpResponse): KeyManagerError {
  const message = `authenticate: Keystone answered ${response.status}${requestId(response)}`
  if (response.status === 401 || response.status === 404) return new KeyManagerError('unauthenticated', message)
  if (response.status === 403) return new KeyManagerError('permission_denied', message)
  if (response.status === 400) return new KeyManagerError('invalid_argument', message)
  const retryable = response.status === 429 || response.status >= 500
  return new KeyManagerError(retryable ? 'unavailable' : 'unknown', message)
}
