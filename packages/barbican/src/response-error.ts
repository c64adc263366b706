import { abortError, type ErrorCode, KeyManagerError } from '@chatelaine/core'
import { objectIn, textIn, tryParseObject } from './json.ts'
import type { HttpResponse } from './transport.ts'
import type { TransportError } from './transport-error.ts'

/** What an error message says of a request. */
export interface Subject {
  readonly operation: string
  readonly id?: string | undefined
  /** Whether repeating the request changes nothing more. */
  readonly repeatable: boolean
  /** Whether the request changes anything at all. */
  readonly changes: boolean
  readonly signal?: AbortSignal | undefined
}

const codes: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_argument',
  401: 'unauthenticated',
  403: 'permission_denied',
  404: 'not_found',
  406: 'unsupported',
  409: 'already_exists',
  413: 'invalid_argument',
  415: 'unsupported',
  429: 'unavailable',
  502: 'unavailable',
  503: 'unavailable',
  504: 'unavailable',
}

/** The statuses of proxies and overloaded servers, after which the same request may succeed. */
export const passingStatuses: ReadonlySet<number> = new Set([429, 502, 503, 504])

/** The error for an answer that is no success. None of the server's own text goes into it: it may quote the request. */
export function responseError(subject: Subject, response: HttpResponse): KeyManagerError {
  const { status } = response
  const message = `${about(subject)}: Barbican answered ${status}${requestId(response)}`
  if (status === 403 && isQuota(response))
    return new KeyManagerError('exhausted', `${message}: a quota has been reached`)
  if (subject.changes && !subject.repeatable && (status === 502 || status === 504)) {
    return new KeyManagerError('indeterminate', `${message}: it may have been done or not`)
  }
  return new KeyManagerError(codes[status] ?? 'unknown', message)
}

/** The error for a request without an answer; `lost`: an earlier attempt of it may have been carried out. */
export function transportFailure(subject: Subject, error: TransportError, lost = false): KeyManagerError {
  const code = error.code === '' ? '' : ` (${error.code})`
  if (subject.changes && (error.sent || lost)) {
    const message = `${about(subject)}: sent, but not answered: ${reasons[error.failure]}${code}`
    return new KeyManagerError('indeterminate', message)
  }
  if (error.failure === 'aborted' && subject.signal) return abortError(about(subject), subject.signal)
  if (error.failure === 'closed') return new KeyManagerError('closed', `${about(subject)}: the key manager is closed`)
  const retryable = !isCertificateProblem(error.code)
  return new KeyManagerError('unavailable', `${about(subject)}: ${reasons[error.failure]}${code}`, { retryable })
}

/** The operation, with the id where there is one. */
export function about({ operation, id }: Pick<Subject, 'operation' | 'id'>): string {
  return id === undefined ? operation : `${operation} ${JSON.stringify(id)}`
}

/** ` (req-…)`, by which operators find the request in the server's log. */
export function requestId({ headers }: HttpResponse): string {
  const id = headers['x-openstack-request-id']
  return typeof id === 'string' && /^req-[\w-]{1,64}$/.test(id) ? ` (${id})` : ''
}

const reasons = {
  aborted: 'aborted',
  timeout: 'no answer in time',
  connection: 'the connection failed',
  oversized: 'the answer is too long',
  closed: 'the key manager is closed',
} as const

// OpenSSL's codes speak of certificates, Node's own of ERR_TLS; both stay until somebody changes a file.
function isCertificateProblem(code: string): boolean {
  return /CERT|SIGNATURE|ERR_TLS|ERR_SSL|UNABLE_TO/.test(code)
}

// Barbican has no status of its own for a quota, only these words.
function isQuota(response: HttpResponse): boolean {
  const json = tryParseObject(response.body)
  const text = textIn(json, 'description') ?? textIn(objectIn(json, 'error'), 'message') ?? ''
  return text.includes('quota has been reached')
}
