import type { EnumerationValue, ResultReason, ResultStatus } from './names/enumerations.ts'

/**
 * What went wrong. `malformed`: bytes that are no KMIP message; `invalid`: a value that cannot be encoded; `refused`: the server
 * answered with a failure; `unavailable`: no connection, or it broke and the request may be repeated; `indeterminate`: the request was
 * sent and whether it took effect is not known; `timeout` and `aborted`: given up, and nothing has changed on the server;
 * `too_large`: beyond the limits of the options; `closed`: used after close; `unsupported`: not in the protocol version in use.
 */
export type KmipErrorCode =
  | 'malformed'
  | 'invalid'
  | 'refused'
  | 'unavailable'
  | 'indeterminate'
  | 'timeout'
  | 'aborted'
  | 'too_large'
  | 'closed'
  | 'unsupported'

const BRAND = Symbol.for('kmip-client-ts.error')

/** Every error that this package throws on purpose; its message and cause carry no value that was sent or received. */
export class KmipError extends Error {
  override readonly name: string = 'KmipError'
  readonly code: KmipErrorCode

  constructor(code: KmipErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    Object.defineProperty(this, BRAND, { value: true })
  }

  /** Whether a value is such an error (and has this code), also one of another installed copy of this package. */
  static is(error: unknown, code?: KmipErrorCode): error is KmipError {
    if (!(error instanceof Error && BRAND in error && 'code' in error)) return false
    return code === undefined || error.code === code
  }
}

/** What a failed batch item says of itself. */
export interface Refusal {
  readonly operation: string
  readonly status: EnumerationValue<typeof ResultStatus>
  readonly reason?: EnumerationValue<typeof ResultReason>
  /** The server's own words. They are not part of the error's message, because servers quote what they were sent. */
  readonly serverMessage?: string
}

/** The server's own refusal of one operation. */
export class KmipServerError extends KmipError {
  override readonly name: string = 'KmipServerError'
  readonly operation: string
  readonly status: Refusal['status']
  readonly reason: Refusal['reason']
  readonly #serverMessage: string | undefined

  constructor(refusal: Refusal) {
    super('refused', `${refusal.operation} refused by the server: ${refusal.reason ?? refusal.status}`)
    this.operation = refusal.operation
    this.status = refusal.status
    this.reason = refusal.reason
    this.#serverMessage = refusal.serverMessage
  }

  /** The server's own words; a getter, so that logging the error does not print them. */
  get serverMessage(): string | undefined {
    return this.#serverMessage
  }

  /** Whether a value is such an error, for this reason if one is given. */
  static refusal(error: unknown, reason?: Refusal['reason']): error is KmipServerError {
    return KmipError.is(error, 'refused') && (reason === undefined || (error as KmipServerError).reason === reason)
  }
}
