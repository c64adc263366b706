const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const values = new Int8Array(256).fill(-1)
for (const [value, character] of alphabet.entries()) values[character] = value
const padding = 0x3d

/** How many characters {@link encodeInto} writes for `length` bytes. */
export function encodedLength(length: number): number {
  return Math.ceil(length / 3) * 4
}

/** Writes `bytes` in base64 (RFC 4648, section 4) into `target` from `offset`: a string of them could not be wiped. */
export function encodeInto(bytes: Uint8Array, target: Uint8Array, offset: number): void {
  let at = offset
  for (let index = 0; index < bytes.length; index += 3) {
    const left = bytes.length - index
    const bits = (byte(bytes, index) << 16) | (byte(bytes, index + 1) << 8) | byte(bytes, index + 2)
    target[at++] = byte(alphabet, bits >> 18)
    target[at++] = byte(alphabet, (bits >> 12) & 63)
    target[at++] = left > 1 ? byte(alphabet, (bits >> 6) & 63) : padding
    target[at++] = left > 2 ? byte(alphabet, bits & 63) : padding
  }
}

/** The bytes of base64 text; white space is skipped, padding ends it, anything else makes it undefined. */
export function decode(text: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let length = 0
  let bits = 0
  let pending = 0
  for (const character of text) {
    if (character === padding) break
    if (character <= 0x20) continue
    const value = values[character] ?? -1
    if (value < 0) return undefined
    bits = (bits << 6) | value
    pending += 6
    if (pending < 8) continue
    pending -= 8
    bytes[length++] = bits >> pending
    bits &= (1 << pending) - 1
  }
  const exact = bytes.slice(0, length)
  bytes.fill(0)
  return exact
}

function byte(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0
}
