import { KmipError } from '../errors.ts'
import { tagNumber } from '../names/tags.ts'
import { messageLength } from '../ttlv/cursor.ts'

const HEADER = 8
const START = Buffer.from([...Buffer.from(tagNumber('ResponseMessage').toString(16), 'hex'), 1])

/**
 * Cuts a stream into messages, however the network split or joined them. Chunks are wiped once their bytes are in a message; a
 * message that is a whole chunk is not copied. Messages belong to the caller.
 */
export class Framer {
  readonly #limit: number
  readonly #header = Buffer.alloc(HEADER)
  #message: Buffer | undefined
  #filled = 0

  /** `limit` is the most bytes that one message may have. */
  constructor(limit: number) {
    this.#limit = limit
  }

  /** Takes the next bytes and gives every message that is complete now. Throws `malformed` or `too_large`: the stream is lost then. */
  push(chunk: Buffer): Buffer[] {
    if (this.#filled === 0 && this.#isWhole(chunk)) return [chunk]
    const messages: Buffer[] = []
    for (let offset = 0; offset < chunk.length; ) {
      offset += this.#take(chunk, offset)
      if (this.#message !== undefined && this.#filled === this.#message.length) {
        messages.push(this.#message)
        this.#message = undefined
        this.#filled = 0
      }
    }
    chunk.fill(0)
    return messages
  }

  /** Forgets what is incomplete, and wipes it. */
  wipe(): void {
    this.#message?.fill(0)
    this.#message = undefined
    this.#filled = 0
  }

  #isWhole(chunk: Buffer): boolean {
    if (chunk.length < HEADER) return false
    return this.#length(chunk) === chunk.length
  }

  #take(chunk: Buffer, offset: number): number {
    if (this.#message === undefined) return this.#takeHeader(chunk, offset)
    const count = chunk.copy(this.#message, this.#filled, offset)
    this.#filled += count
    return count
  }

  #takeHeader(chunk: Buffer, offset: number): number {
    const count = chunk.copy(this.#header, this.#filled, offset)
    this.#filled += count
    if (this.#filled < HEADER) return count
    this.#message = Buffer.alloc(this.#length(this.#header))
    this.#header.copy(this.#message)
    return count
  }

  #length(bytes: Buffer): number {
    if (START.compare(bytes, 0, START.length) !== 0) {
      throw new KmipError('malformed', 'malformed stream: no response message starts here')
    }
    const length = messageLength(bytes) ?? 0
    if (length > this.#limit) throw new KmipError('too_large', `answer of ${length} bytes exceeds ${this.#limit}`)
    return length
  }
}
