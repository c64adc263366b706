/** What went wrong, in words that are the same for every backend; the list may grow. */
export const errorCodes = [
  'not_found',
  'already_exists',
  'invalid_argument',
  'unauthenticated',
  'permission_denied',
  'unsupported',
  'not_extractable',
  'in_use',
  'integrity',
  'exhausted',
  'unavailable',
  'deadline_exceeded',
  'indeterminate',
  'aborted',
  'closed',
  'unknown',
] as const

/** One of {@link errorCodes}. `indeterminate`: the request was sent, its outcome is unknown; `aborted`: nothing was changed. */
export type ErrorCode = (typeof errorCodes)[number]

/** What a driver makes of a foreign error; `message` only where it is known to hold no secret. */
export interface Classification {
  readonly code: ErrorCode
  readonly retryable: boolean
  readonly message?: string
}

/** Where an error belongs and whether the same call may succeed later; `retryable` is by default true for `unavailable` only. */
export interface KeyManagerErrorOptions {
  readonly cause?: unknown
  readonly retryable?: boolean
}

// Two installed copies of this package agree on the brand, which `instanceof` would not.
const brand = Symbol.for('@chatelaine/core/KeyManagerError')

/** The one error that a key manager throws; no part of it, at any depth, carries a key byte, a token or a PIN. */
export class KeyManagerError extends Error {
  override readonly name = 'KeyManagerError'
  readonly code: ErrorCode
  readonly retryable: boolean

  constructor(code: ErrorCode, message: string, options: KeyManagerErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: reducedCause(options.cause) })
    this.code = code
    this.retryable = options.retryable ?? code === 'unavailable'
  }

  get [brand](): true {
    return true
  }

  /** Whether `error` is a KeyManagerError of any installed copy, and of `code` where one is given. */
  static is(error: unknown, code?: ErrorCode): error is KeyManagerError {
    if (typeof error !== 'object' || error === null || !(brand in error)) return false
    return code === undefined || ('code' in error && error.code === code)
  }

  /** What a log may hold of it: name, code, message and whether to try again. */
  toJSON(): { name: string; code: ErrorCode; message: string; retryable: boolean } {
    return { name: this.name, code: this.code, message: this.message, retryable: this.retryable }
  }
}

// A foreign error may carry the request that failed, or a value in its message: name, code and stack frames are kept.
function reducedCause(cause: unknown): unknown {
  if (KeyManagerError.is(cause)) return cause
  if (!(cause instanceof Error)) return undefined
  const code = 'code' in cause && (typeof cause.code === 'string' || typeof cause.code === 'number') ? cause.code : ''
  const reduced = new Error(code === '' ? cause.name : `${cause.name} ${code}`)
  reduced.stack = `${reduced.message}${stackFrames(cause)}`
  return reduced
}

function stackFrames(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return frames.map((line) => `\n${line}`).join('')
}
