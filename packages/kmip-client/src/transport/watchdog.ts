import { timerDelay } from './deadline.ts'

/** Calls when a deadline has passed. One timer serves any number of requests with rising deadlines, so that a request costs none. */
export class Watchdog {
  readonly #bark: () => void
  #timer: NodeJS.Timeout | undefined
  #at = Number.POSITIVE_INFINITY

  /** `bark` is called at or after some deadline that was watched; it has to see for itself which. */
  constructor(bark: () => void) {
    this.#bark = bark
  }

  /** Sees to it that `bark` is called when this moment of `performance.now()` has come. */
  watch(deadline: number): void {
    if (deadline >= this.#at) return
    this.stop()
    this.#at = deadline
    // The socket keeps the process alive as long as something is waited for.
    this.#timer = setTimeout(() => {
      this.#at = Number.POSITIVE_INFINITY
      this.#bark()
    }, timerDelay(deadline)).unref()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#at = Number.POSITIVE_INFINITY
  }
}
