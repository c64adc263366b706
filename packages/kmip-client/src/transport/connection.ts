import type { TLSSocket } from 'node:tls'
import { checkPatience, type Patience } from './deadline.ts'
import { Framer } from './framer.ts'
import { Interruption } from './interruption.ts'
import { Watchdog } from './watchdog.ts'

/** Makes something of an answer's bytes, which are wiped afterwards. What it throws breaks the connection: nothing behind it is trusted. */
export type ReadAnswer<T> = (answer: Uint8Array) => T

interface Waiting {
  readonly deadline: number
  settle(answer: Uint8Array): void
  fail(interruption: Interruption): void
}

/** One TLS connection. Answers come in the order of the requests; when one does not come, none behind it is believed. */
export class Connection {
  readonly #socket: TLSSocket
  readonly #framer: Framer
  readonly #waiting: Waiting[] = []
  readonly #onClose: () => void
  readonly #watchdog = new Watchdog(() => this.#checkDeadlines())
  #answered = false
  #usable = true

  /** Takes the socket over. `onClose` is called once, when the connection can no longer be used. */
  constructor(socket: TLSSocket, limit: number, onClose: () => void) {
    this.#socket = socket
    this.#framer = new Framer(limit)
    this.#onClose = onClose
    socket.on('data', (chunk: Buffer) => this.#receive(chunk))
    socket.on('error', (error) => this.#broken(error))
    socket.on('end', () => this.#broken(undefined))
    socket.on('close', () => this.#broken(undefined))
  }

  /** Whether a request may be sent. */
  get usable(): boolean {
    return this.#usable && !this.#socket.destroyed && this.#socket.writable && !this.#socket.readableEnded
  }

  /** How many requests wait for their answers. */
  get pending(): number {
    return this.#waiting.length
  }

  /** Sends a request and reads its answer. Throws an Interruption, or what `read` threw. */
  exchange<T>(request: Uint8Array, read: ReadAnswer<T>, patience: Patience): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      checkPatience(patience)
      if (!this.usable) throw new Interruption('broken', false, 'connection closed')
      const { deadline, signal } = patience
      const abort = () => this.#giveUp('aborted', waiting, signal?.reason)
      const forget = () => signal?.removeEventListener('abort', abort)
      const waiting: Waiting = {
        deadline,
        settle(answer) {
          const value = read(answer)
          forget()
          resolve(value)
        },
        fail(interruption) {
          forget()
          reject(interruption)
        },
      }
      signal?.addEventListener('abort', abort, { once: true })
      this.#watchdog.watch(deadline)
      this.#waiting.push(waiting)
      this.#socket.write(request)
    })
  }

  /** Ends the connection at once; what waits for an answer is interrupted. */
  destroy(): void {
    this.#break(() => new Interruption('broken', true, 'connection closed'))
  }

  #receive(chunk: Buffer): void {
    try {
      for (const message of this.#framer.push(chunk)) this.#answer(message)
    } catch (cause) {
      this.#break((first) =>
        first
          ? new Interruption('unreadable', true, 'unreadable answer', { cause })
          : new Interruption('broken', true, 'connection given up after an unreadable answer'),
      )
    }
  }

  #answer(message: Buffer): void {
    this.#answered = true
    try {
      const waiting = this.#waiting[0]
      if (waiting === undefined) throw new Error('answer without a request')
      waiting.settle(message)
      this.#waiting.shift()
    } finally {
      message.fill(0)
    }
  }

  #checkDeadlines(): void {
    const now = performance.now()
    const late = this.#waiting.find((waiting) => waiting.deadline <= now)
    if (late !== undefined) return this.#giveUp('timeout', late)
    const next = Math.min(...this.#waiting.map((waiting) => waiting.deadline))
    if (this.#waiting.length > 0) this.#watchdog.watch(next)
  }

  // Whatever the reason, the answer could still come, and would be taken for that of the next request.
  #giveUp(kind: 'timeout' | 'aborted', impatient: Waiting, cause?: unknown): void {
    const message = kind === 'timeout' ? 'timed out' : 'aborted'
    impatient.fail(new Interruption(kind, true, message, { cause }))
    this.#waiting.splice(this.#waiting.indexOf(impatient), 1)
    this.#break(() => new Interruption('broken', true, `connection given up: a request before ${message}`))
  }

  #broken(error: (Error & { code?: string }) | undefined): void {
    const code = error?.code ?? 'closed by the server'
    // An alert before the first answer refuses the client: in TLS 1.3 the handshake has seemed to succeed by then.
    const refused = !this.#answered && /ALERT/.test(code)
    this.#break(
      () =>
        new Interruption('broken', !refused, `connection broken: ${code}`, error === undefined ? {} : { cause: error }),
    )
  }

  #break(reason: (first: boolean) => Interruption): void {
    if (!this.#usable) return
    this.#usable = false
    this.#framer.wipe()
    this.#watchdog.stop()
    this.#socket.destroy()
    this.#waiting.splice(0).forEach((waiting, index) => waiting.fail(reason(index === 0)))
    this.#onClose()
  }
}
