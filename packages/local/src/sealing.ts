import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto'
import { SecretBytes } from '@chatelaine/core'
import { randomNonce } from './random-nonce.ts'

/** A project's key-encryption key, ready for use: it seals rows, and a key derived from it authenticates what is in the clear. */
export interface Kek {
  readonly id: string
  readonly sealKey: KeyObject
  readonly macKey: KeyObject
}

/** AES-256-GCM with a random 96-bit nonce (NIST SP 800-38D, section 8.2.2); `sealed` ends with the 16-byte tag. */
export interface Sealed {
  readonly nonce: Uint8Array
  readonly sealed: Uint8Array
}

const tagLength = 16

/** Takes the bytes of a KEK over; they are wiped. */
export function readyKek(id: string, bytes: SecretBytes): Kek {
  try {
    const mac = bytes.use((raw) => hkdfSync('sha256', raw, id, 'chatelaine local row mac', 32))
    return { id, sealKey: bytes.use((raw) => createSecretKey(raw)), macKey: createSecretKey(new Uint8Array(mac)) }
  } finally {
    bytes.dispose()
  }
}

/** Encrypts `value`, bound to `bound`. */
export function seal(kek: Kek, value: SecretBytes, bound: Uint8Array): Sealed {
  const nonce = randomNonce()
  const cipher = createCipheriv('aes-256-gcm', kek.sealKey, nonce, { authTagLength: tagLength })
  cipher.setAAD(bound)
  const encrypted = value.use((bytes) => cipher.update(bytes))
  cipher.final()
  return { nonce, sealed: Buffer.concat([encrypted, cipher.getAuthTag()]) }
}

/** What was sealed under the same key and with the same `bound`; undefined for anything else. */
export function unseal(kek: Kek, { nonce, sealed }: Sealed, bound: Uint8Array): SecretBytes | undefined {
  const end = sealed.length - tagLength
  if (end < 0 || nonce.length !== 12) return undefined
  const decipher = createDecipheriv('aes-256-gcm', kek.sealKey, nonce, { authTagLength: tagLength })
  decipher.setAAD(bound)
  decipher.setAuthTag(sealed.subarray(end))
  const plain = decipher.update(sealed.subarray(0, end))
  try {
    decipher.final()
    return SecretBytes.take(plain)
  } catch {
    plain.fill(0)
    return undefined
  }
}

/** HMAC-SHA256 of `bound` under the key derived from the KEK. */
export function authenticate(kek: Kek, bound: Uint8Array): Uint8Array {
  return createHmac('sha256', kek.macKey).update(bound).digest()
}

/** Whether `mac` is that of `bound`, in constant time. */
export function isAuthentic(kek: Kek, bound: Uint8Array, mac: Uint8Array): boolean {
  const expected = authenticate(kek, bound)
  return mac.length === expected.length && timingSafeEqual(mac, expected)
}
