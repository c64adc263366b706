/** `aborted`: by the caller's signal; `timeout`: no whole answer in time; `connection`: refused, reset, TLS; `oversized`: too long an answer. */
export type TransportFailure = 'aborted' | 'timeout' | 'connection' | 'oversized' | 'closed'

/** No answer came. It holds neither request nor response: both carry secrets. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly failure: TransportFailure
  /** Whether the request may have reached the server. */
  readonly sent: boolean
  /** Whether the connection had served another request before, and so may have been closed by the server meanwhile. */
  readonly reused: boolean
  /** Node's or OpenSSL's code: ECONNRESET, CERT_HAS_EXPIRED … */
  readonly code: string

  constructor(failure: TransportFailure, sent: boolean, reused: boolean, cause?: unknown) {
    super(`no answer: ${failure}`)
    this.failure = failure
    this.sent = sent
    this.reused = reused
    this.code = codeOf(cause)
  }
}

function codeOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null || !('code' in cause)) return ''
  return typeof cause.code === 'string' && /^[A-Z0-9_]+$/.test(cause.code) ? cause.code : ''
}
