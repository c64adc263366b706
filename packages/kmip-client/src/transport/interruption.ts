import { KmipError } from '../errors.ts'

/** Why an exchange ended without an answer; `unreachable`: no host could be connected to, and all were tried. */
export type InterruptionKind = 'broken' | 'unreachable' | 'timeout' | 'aborted' | 'unreadable'

/** An exchange without an answer. `sent` says whether the server may have received any of the request. */
export class Interruption extends Error {
  readonly kind: InterruptionKind
  readonly sent: boolean

  constructor(kind: InterruptionKind, sent: boolean, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
    this.sent = sent
  }

  /** The error for the caller of an operation: what may have changed something is indeterminate. */
  toError(operation: string, repeatable: boolean): KmipError {
    const options = { cause: this.cause }
    if (this.sent && !repeatable) {
      return new KmipError(
        'indeterminate',
        `${operation}: ${this.message}; whether it took effect is not known`,
        options,
      )
    }
    if (this.kind === 'timeout' || this.kind === 'aborted')
      return new KmipError(this.kind, `${operation}: ${this.message}`, options)
    if (this.kind === 'unreadable' && KmipError.is(this.cause)) {
      return new KmipError(this.cause.code, `${operation}: ${this.message}: ${this.cause.message}`)
    }
    return new KmipError('unavailable', `${operation}: ${this.message}`, options)
  }
}
