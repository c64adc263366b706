import { KmipError } from '../errors.ts'
import { ItemType } from './item-type.ts'

const INITIAL = 512

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

  /** Reserves header and padded value; returns the offset of the value. */
  #header(tag: number, type: ItemType, length: number): number {
    const padding = -length & 7
    const offset = this.#reserve(8 + length + padding)
    const bytes = this.#bytes
    bytes.writeUInt32BE(((tag << 8) | type) >>> 0, offset)
    bytes.writeUInt32BE(length, offset + 4)
    if (padding !== 0) bytes.fill(0, offset + 8 + length, offset + 8 + length + padding)
    return offset + 8
  }

  /** Writes a structure whose items `body` writes. */
  structure(tag: number, body: () => void): void {
    const start = this.#header(tag, ItemType.Structure, 0)
    body()
    this.#bytes.writeUInt32BE(this.#length - start, start - 4)
  }

  integer(tag: number, value: number): void {
    if (!Number.isInteger(value) || value < -0x8000_0000 || value > 0x7fff_ffff)
      throw invalid('an integer beyond 32 bits')
    const offset = this.#header(tag, ItemType.Integer, 4)
    this.#bytes.writeInt32BE(value, offset)
  }

  /** Enumerations and intervals: 32 bits without a sign. */
  unsigned(tag: number, type: typeof ItemType.Enumeration | typeof ItemType.Interval, value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff) throw invalid('an unsigned number beyond 32 bits')
    const offset = this.#header(tag, type, 4)
    this.#bytes.writeUInt32BE(value, offset)
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
    this.#bytes.writeUInt32BE(0, offset)
    this.#bytes.writeUInt32BE(value ? 1 : 0, offset + 4)
  }

  text(tag: number, value: string): void {
    const offset = this.#header(tag, ItemType.TextString, Buffer.byteLength(value))
    this.#bytes.write(value, offset, 'utf8')
  }

  bytes(tag: number, value: Uint8Array): void {
    const offset = this.#header(tag, ItemType.ByteString, value.length)
    this.#bytes.set(value, offset)
  }
}
