import { timingSafeEqual } from 'node:crypto'
import { inspect } from 'node:util'
import { KeyManagerError } from './errors.ts'

// Two installed copies of this package agree on the brand, which `instanceof` would not.
const brand = Symbol.for('@chatelaine/core/SecretBytes')

/**
 * Bytes that must not be seen: copied in, copied out by `reveal`, wiped by `dispose`, and printed as `[secret]`.
 * Every buffer is an ArrayBuffer of its own, never a slice of Buffer's pool.
 */
export class SecretBytes implements Disposable {
  readonly #bytes: Uint8Array<ArrayBuffer>
  #wiped = false

  private constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes
  }

  /** Copies `bytes`; the caller keeps, and should wipe, its own. */
  static from(bytes: Uint8Array): SecretBytes {
    return new SecretBytes(new Uint8Array(bytes))
  }

  /** The UTF-8 bytes of `text`, which JavaScript itself cannot wipe; a lone surrogate is `invalid_argument`. */
  static fromText(text: string): SecretBytes {
    if (!text.isWellFormed()) throw new KeyManagerError('invalid_argument', 'a secret text holds a lone surrogate')
    return SecretBytes.take(new TextEncoder().encode(text))
  }

  /** Takes `bytes` over without a copy where they fill their buffer; where they are a slice, copies and wipes them. */
  static take(bytes: Uint8Array): SecretBytes {
    const { buffer } = bytes
    if (buffer instanceof ArrayBuffer && bytes.byteLength === buffer.byteLength) {
      return new SecretBytes(new Uint8Array(buffer))
    }
    const secret = SecretBytes.from(bytes)
    bytes.fill(0)
    return secret
  }

  /** Whether `value` is SecretBytes of any installed copy. */
  static is(value: unknown): value is SecretBytes {
    return typeof value === 'object' && value !== null && brand in value
  }

  get [brand](): true {
    return true
  }

  /** In bytes; known even after `dispose`. */
  get length(): number {
    return this.#bytes.byteLength
  }

  /** A copy that belongs to the caller; `closed` after `dispose`. */
  reveal(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#live())
  }

  /** The bytes as UTF-8 text, which cannot be wiped; `integrity` where they are no UTF-8. */
  revealText(): string {
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.#live())
    } catch (error) {
      if (KeyManagerError.is(error)) throw error
      throw new KeyManagerError('integrity', 'the secret is not UTF-8 text')
    }
  }

  /** Calls `use` with the bytes themselves, uncopied; they must neither be changed nor kept. */
  use<Result>(use: (bytes: Uint8Array<ArrayBuffer>) => Result): Result {
    return use(this.#live())
  }

  /** Whether both hold the same bytes, in a time that depends on their length only. */
  equals(other: SecretBytes): boolean {
    const mine = this.#live()
    return other.use((theirs) => mine.byteLength === theirs.byteLength && timingSafeEqual(mine, theirs))
  }

  /** Overwrites this object's own bytes with zeros; strings, KeyObjects and copies made by the engine are out of reach. */
  dispose(): void {
    this.#bytes.fill(0)
    this.#wiped = true
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }

  [inspect.custom](): string {
    return '[secret]'
  }

  #live(): Uint8Array<ArrayBuffer> {
    if (this.#wiped) throw new KeyManagerError('closed', 'the secret has been wiped')
    return this.#bytes
  }
}
