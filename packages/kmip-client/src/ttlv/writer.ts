import { KmipError } from '../errors.ts'
import { ItemType } from './item-type.ts'

const INITIAL = 512

// Up to this length a loop is faster than a call out of JavaScript.
const SHORT = 64

function invalid(what: string): KmipError {
  return new KmipError('invalid', `cannot encode ${what}`)
}

/** Appends items to a buffer that grows. What it outgrows is wiped; what it returns belongs to the caller. */
export class Writer {
  #bytes = Buffer.allocUnsafeSlow(INITIAL)
  #length = 0

  /** The message so far: a view of the writer's buffer, which nobody else holds. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #reserve(count: number): number {
    const offset = this.#length
    const wanted = offset + count
    if (wanted > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(wanted, this.#bytes.length * 2))
      this.#bytes.copy(grown, 0, 0, offset)
      this.#bytes.fill(0)
      this.#bytes = grown
    }
    this.#length = wanted
    return offset
  }

  /** Reserves header and padded value, whose last eight bytes are zero; returns the offset of the value. */
  #header(tag: number, type: ItemType, length: number): number {
    const padded = length + (-length & 7)
    const offset = this.#reserve(8 + padded)
    this.#word(offset, (tag << 8) | type)
    this.#word(offset + 4, length)
    if (padded !== length) {
      this.#word(offset + padded, 0)
      this.#word(offset + padded + 4, 0)
    }
    return offset + 8
  }

  #word(offset: number, value: number): void {
    const bytes = this.#bytes
    bytes[offset] = value >>> 24
    bytes[offset + 1] = value >>> 16
    bytes[offset + 2] = value >>> 8
    bytes[offset + 3] = value
  }

  /** Starts a structure; what is written until `end` is within it. */
  begin(tag: number): number {
    return this.#header(tag, ItemType.Structure, 0)
  }

  /** Ends the structure that `begin` gave this number for. */
  end(start: number): void {
    this.#word(start - 4, this.#length - start)
  }

  /** Writes a structure whose items `body` writes. */
  structure(tag: number, body: () => void): void {
    const start = this.begin(tag)
    body()
    this.end(start)
  }

  integer(tag: number, value: number): void {
    if (!Number.isInteger(value) || value < -0x8000_0000 || value > 0x7fff_ffff)
      throw invalid('an integer beyond 32 bits')
    const offset = this.#header(tag, ItemType.Integer, 4)
    this.#word(offset, value)
  }

  /** Enumerations and intervals: 32 bits without a sign. */
  unsigned(tag: number, type: typeof ItemType.Enumeration | typeof ItemType.Interval, value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw invalid('an unsigned number beyond 32 bits')
    const offset = this.#header(tag, type, 4)
    this.#word(offset, value)
  }

  /** Long integers and both kinds of time: 64 bits. */
  long(tag: number, type: ItemType, value: bigint): void {
    if (BigInt.asIntN(64, value) !== value) throw invalid('an integer beyond 64 bits')
    const offset = this.#header(tag, type, 8)
    this.#bytes.writeBigInt64BE(value, offset)
  }

  /** As few bytes as hold it, in multiples of eight. */
  big(tag: number, value: bigint): void {
    const bits = (value < 0n ? -value - 1n : value).toString(16).length * 4 + 1
    let length = Math.max(8, Math.ceil(bits / 64) * 8)
    if (length > 8 && BigInt.asIntN((length - 8) * 8, value) === value) length -= 8
    const hex = BigInt.asUintN(length * 8, value)
      .toString(16)
      .padStart(length * 2, '0')
    const offset = this.#header(tag, ItemType.BigInteger, length)
    this.#bytes.write(hex, offset, 'hex')
  }

  boolean(tag: number, value: boolean): void {
    const offset = this.#header(tag, ItemType.Boolean, 8)
    this.#word(offset, 0)
    this.#word(offset + 4, value ? 1 : 0)
  }

  text(tag: number, value: string): void {
    if (value.length <= SHORT && this.#ascii(tag, value)) return
    const offset = this.#header(tag, ItemType.TextString, Buffer.byteLength(value))
    this.#bytes.write(value, offset, 'utf8')
  }

  // Takes back what it wrote where a character needs more than one byte.
  #ascii(tag: number, value: string): boolean {
    const before = this.#length
    const offset = this.#header(tag, ItemType.TextString, value.length)
    for (let index = 0; index < value.length; index++) {
      const unit = value.charCodeAt(index)
      if (unit > 0x7f) {
        this.#length = before
        return false
      }
      this.#bytes[offset + index] = unit
    }
    return true
  }

  bytes(tag: number, value: Uint8Array): void {
    const offset = this.#header(tag, ItemType.ByteString, value.length)
    this.#bytes.set(value, offset)
  }
}
