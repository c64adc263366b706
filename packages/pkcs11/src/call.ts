import { abortError, KeyManagerError } from '@chatelaine/core'
import { changesToken, type Failure, type Request, type Results } from './protocol.ts'

type Result = Results[keyof Results]

/** What stands beside a request. */
export interface CallFields {
  /** For messages: the operation, and the id it is about. */
  readonly what: string
  /** Calls of one number prefer one lane, so that each object is looked for in one process only. */
  readonly affinity?: number
  /** Only for a lane that changes nothing, where one lane makes all changes. */
  readonly reader?: boolean
  readonly signal?: AbortSignal
  readonly timeoutMs: number
}

/** One request on its way: waiting, then in a lane, then settled; only the first outcome counts. */
export class Call {
  readonly what: string
  readonly affinity: number
  readonly reader: boolean
  readonly request: Request
  readonly changes: boolean
  readonly outcome: Promise<Result>
  readonly #deadline: number
  readonly #signal: AbortSignal | undefined
  readonly #timer: NodeJS.Timeout
  #resolve: (result: Result) => void = () => undefined
  #reject: (error: KeyManagerError) => void = () => undefined
  /** In a lane, which may have done it. */
  sent = false
  /** A lane has said that it is doing it. */
  begun = false
  /** How many lanes were lost with it; from the first on it is sent alone, so that it takes no other call with it. */
  losses = 0
  /** Taken from a lane that was silent; that happens once. */
  moved = false
  settled = false

  constructor(request: Request, { what, affinity = 0, reader = false, signal, timeoutMs }: CallFields) {
    this.request = request
    this.what = what
    this.affinity = affinity
    this.reader = reader
    this.changes = changesToken(request)
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    this.#deadline = performance.now() + timeoutMs
    this.#timer = setTimeout(() => this.#onTime(), timeoutMs)
    this.#signal = signal
    signal?.addEventListener('abort', this.#onAbort, { once: true })
    if (signal?.aborted) this.#onAbort()
  }

  get isLate(): boolean {
    return performance.now() >= this.#deadline
  }

  succeed(result: Result): void {
    if (this.#settle()) this.#resolve(result)
  }

  fail({ code, message, retryable }: Failure): void {
    if (this.#settle()) this.#reject(new KeyManagerError(code, `${this.what}: ${message}`, { retryable }))
  }

  /** Fails a call of which nobody can say whether it has changed the token. */
  doubt(why: string): void {
    this.fail({ code: 'indeterminate', message: `${why}; whether it was done is not known` })
  }

  /** Fails a call that has certainly changed nothing. */
  late(): void {
    this.fail({ code: 'deadline_exceeded', message: 'the token did not answer in time' })
  }

  // A change that a lane has is settled by that lane, whose silence has a limit of its own.
  #onTime(): void {
    if (!(this.changes && this.sent)) this.late()
  }

  readonly #onAbort = (): void => {
    if (!this.#signal) return
    const { code, message } = abortError(this.what, this.#signal)
    if (this.changes && this.sent) this.doubt('the caller did not wait for the token')
    else if (this.#settle()) this.#reject(new KeyManagerError(code, message))
  }

  #settle(): boolean {
    if (this.settled) return false
    this.settled = true
    clearTimeout(this.#timer)
    this.#signal?.removeEventListener('abort', this.#onAbort)
    return true
  }
}
