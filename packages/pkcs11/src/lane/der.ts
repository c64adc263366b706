/** One element of DER (X.690): its tag, its content, and the whole of it with tag and length. */
export interface Element {
  readonly tag: number
  readonly content: Buffer
  readonly whole: Buffer
}

/** The tags that keys and certificates need. */
export const tags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  printableString: 0x13,
  sequence: 0x30,
} as const

/** The first element of `der`; a RangeError where it does not fit. The element's bytes are a view, not a copy. */
export function readElement(der: Buffer, offset = 0): Element {
  const tag = der.readUInt8(offset)
  const first = der.readUInt8(offset + 1)
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f
  const length = lengthBytes === 0 ? first : der.readUIntBE(offset + 2, lengthBytes)
  const start = offset + 2 + lengthBytes
  if (start + length > der.length) throw new RangeError('a DER element is longer than what holds it')
  return { tag, content: der.subarray(start, start + length), whole: der.subarray(offset, start + length) }
}

/** All elements of a SEQUENCE's or other constructed element's content. */
export function readElements(content: Buffer): Element[] {
  const elements: Element[] = []
  for (let offset = 0; offset < content.length; ) {
    const element = readElement(content, offset)
    elements.push(element)
    offset += element.whole.length
  }
  return elements
}

/** An element of `tag` around `parts`, one after another. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const head = Buffer.from([tag, ...lengthOctets(length)])
  return concat([head, ...parts])
}

/** A non-negative INTEGER from big-endian bytes of any padding. */
export function integer(bytes: Uint8Array): Buffer {
  const magnitude = withoutLeadingZeros(bytes)
  const sign = (magnitude[0] ?? 0x80) >= 0x80 ? [Buffer.alloc(1)] : []
  return element(tags.integer, ...sign, magnitude)
}

/** Big-endian bytes without the zeros before them. */
export function withoutLeadingZeros(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0)
  return first === -1 ? bytes.subarray(bytes.length) : bytes.subarray(first)
}

/** Big-endian bytes of exactly `length`. */
export function leftPadded(bytes: Uint8Array, length: number): Buffer {
  const padded = unpooled(length)
  padded.set(withoutLeadingZeros(bytes), length - withoutLeadingZeros(bytes).length)
  return padded
}

// Buffer.concat takes from the pool that other buffers share, where nobody wipes key bytes.
function concat(parts: readonly Uint8Array[]): Buffer {
  const whole = unpooled(parts.reduce((sum, part) => sum + part.length, 0))
  let offset = 0
  for (const part of parts) {
    whole.set(part, offset)
    offset += part.length
  }
  return whole
}

function unpooled(length: number): Buffer {
  return Buffer.from(new ArrayBuffer(length))
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length]
  const octets: number[] = []
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256)
  return [0x80 | octets.length, ...octets]
}
