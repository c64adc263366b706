/** Counts the calls in flight, so that closing can wait for them. */
export class InFlight {
  #count = 0
  #idle: (() => void) | undefined

  enter(): void {
    this.#count += 1
  }

  leave(): void {
    this.#count -= 1
    if (this.#count === 0) this.#idle?.()
  }

  /** Resolves when no call is in flight, or after `timeoutMs` milliseconds. */
  drained(timeoutMs: number): Promise<void> {
    if (this.#count === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      this.#idle = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}
