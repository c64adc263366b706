import { decode, encodedLength, encodeInto } from './base64.ts'

const lineLength = 64
const newline = 0x0a

/** What stands between the first pair of PEM lines (RFC 7468). */
export interface PemBlock {
  readonly label: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** PEM as OpenSSL and castellan write it: lines of 64 characters, a line feed at the end. */
export function encodePem(label: string, der: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = Buffer.from(`-----BEGIN ${label}-----\n`)
  const foot = Buffer.from(`-----END ${label}-----\n`)
  const text = new Uint8Array(encodedLength(der.length))
  encodeInto(der, text, 0)
  const pem = new Uint8Array(head.length + text.length + Math.ceil(text.length / lineLength) + foot.length)
  pem.set(head)
  let at = head.length
  for (let start = 0; start < text.length; start += lineLength) {
    const line = text.subarray(start, start + lineLength)
    pem.set(line, at)
    at += line.length
    pem[at++] = newline
  }
  pem.set(foot, at)
  text.fill(0)
  return pem
}

/** The first PEM block in `bytes`, undefined where there is none or it has headers (RFC 1421). */
export function decodePem(bytes: Uint8Array): PemBlock | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const begin = buffer.indexOf('-----BEGIN ')
  const beginEnd = begin < 0 ? -1 : buffer.indexOf('-----', begin + 11)
  const end = beginEnd < 0 ? -1 : buffer.indexOf('-----END ', beginEnd)
  if (end < 0) return undefined
  const decoded = decode(buffer.subarray(beginEnd + 5, end))
  return decoded && { label: buffer.toString('latin1', begin + 11, beginEnd), bytes: decoded }
}
