import { KmipError } from '../errors.ts'
import { FIXED_LENGTHS, ItemType } from './item-type.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'

const HEADER = 8

// Up to this length a loop is faster than a call out of JavaScript.
const SHORT = 64

function uint32(bytes: Uint8Array, offset: number): number {
  const high = ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0)
  return ((high << 16) | ((bytes[offset + 2] ?? 0) << 8) | (bytes[offset + 3] ?? 0)) >>> 0
}

function malformed(message: string): KmipError {
  return new KmipError('malformed', `malformed ttlv: ${message}`)
}

/** Walks the items of one message. It holds the header read last; values are read from it until the next `open`. */
export class Cursor {
  readonly bytes: Buffer
  tag = 0
  type = 0
  length = 0
  /** Offset of the value of the item that is open. */
  start = 0
  /** Offset behind its padding. */
  next = 0
  #depth = 0
  #items = 0
  readonly #limits: Limits

  constructor(bytes: Uint8Array, limits: Limits = DEFAULT_LIMITS) {
    if (bytes.length > limits.bytes)
      throw new KmipError('too_large', `message of ${bytes.length} bytes exceeds ${limits.bytes}`)
    this.bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#limits = limits
  }

  /** Reads the header at `offset` of an item that must end by `end`. */
  open(offset: number, end: number): void {
    if (end - offset < HEADER) throw malformed('truncated header')
    if (++this.#items > this.#limits.items)
      throw new KmipError('too_large', `message of more than ${this.#limits.items} items`)
    const { bytes } = this
    const word = uint32(bytes, offset)
    this.tag = word >>> 8
    this.type = word & 0xff
    this.length = uint32(bytes, offset + 4)
    this.start = offset + HEADER
    this.#check(end)
    this.next = this.start + this.length + (-this.length & 7)
    if (this.next > end) throw malformed('truncated padding')
  }

  #check(end: number): void {
    const fixed = FIXED_LENGTHS[this.type] ?? -2
    if (fixed === -2) throw malformed(`no such item type ${this.type}`)
    if (fixed >= 0 && fixed !== this.length) throw malformed(`length ${this.length} for item type ${this.type}`)
    if (this.length > end - this.start) throw malformed('truncated value')
  }

  /** Goes into the open structure; returns where it ends. Each `enter` is followed by a `leave`, unless something is thrown. */
  enter(): number {
    if (this.type !== ItemType.Structure) throw this.unexpected('a structure')
    if (++this.#depth > this.#limits.depth)
      throw new KmipError('too_large', `more than ${this.#limits.depth} nested structures`)
    return this.start + this.length
  }

  leave(): void {
    this.#depth--
  }

  /** Calls `each` with every item of the open structure in turn. */
  structure(each: () => void): void {
    let offset = this.start
    const end = this.enter()
    while (offset < end) {
      this.open(offset, end)
      offset = this.next
      each()
    }
    this.leave()
  }

  /** What `read` makes of the open item, or undefined (and the item open again) where it finds it malformed. */
  attempt<T>(read: () => T): T | undefined {
    const offset = this.start - HEADER
    const end = this.next
    const depth = this.#depth
    try {
      return read()
    } catch (error) {
      if (!KmipError.is(error, 'malformed')) throw error
      this.#depth = depth
      this.open(offset, end)
      return undefined
    }
  }

  /** The error for an open item of another type than was looked for. */
  unexpected(wanted: string): KmipError {
    return malformed(`item 0x${this.tag.toString(16)} of type ${this.type} is not ${wanted}`)
  }

  integer(): number {
    return uint32(this.bytes, this.start) | 0
  }

  unsigned(): number {
    return uint32(this.bytes, this.start)
  }

  long(): bigint {
    return this.bytes.readBigInt64BE(this.start)
  }

  /** As `long`, as a number: exact up to 2^53. */
  longNumber(): number {
    return (uint32(this.bytes, this.start) | 0) * 0x1_0000_0000 + uint32(this.bytes, this.start + 4)
  }

  /** Any length that is a multiple of eight, two's complement. */
  big(): bigint {
    if (this.length % 8 !== 0) throw malformed(`length ${this.length} for a big integer`)
    if (this.length === 0) return 0n
    const hex = this.bytes.toString('hex', this.start, this.start + this.length)
    return BigInt.asIntN(this.length * 8, BigInt(`0x${hex}`))
  }

  boolean(): boolean {
    return (uint32(this.bytes, this.start) | uint32(this.bytes, this.start + 4)) !== 0
  }

  text(): string {
    const { bytes, start, length } = this
    if (length > SHORT) return bytes.toString('utf8', start, start + length)
    let text = ''
    for (let offset = start; offset < start + length; offset++) {
      const byte = bytes[offset] ?? 0
      if (byte > 0x7f) return bytes.toString('utf8', start, start + length)
      text += String.fromCharCode(byte)
    }
    return text
  }

  /** The one copy that is made of a byte string; it has an ArrayBuffer of its own. */
  copy(): Uint8Array {
    const { bytes, start, length } = this
    const copy = new Uint8Array(length)
    if (length > SHORT) copy.set(bytes.subarray(start, start + length))
    else for (let index = 0; index < length; index++) copy[index] = bytes[start + index] ?? 0
    return copy
  }
}

/** The length of the message that starts at `offset`, or undefined while fewer than eight bytes of it are there. */
export function messageLength(bytes: Uint8Array, offset = 0): number | undefined {
  if (bytes.length - offset < HEADER) return undefined
  const length = new DataView(bytes.buffer, bytes.byteOffset + offset + 4, 4).getUint32(0)
  return HEADER + length + (-length & 7)
}
