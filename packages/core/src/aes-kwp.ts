import { createCipheriv, createDecipheriv } from 'node:crypto'
import { KeyManagerError } from './errors.ts'
import type { NewObject, Wrapped } from './object.ts'
import { SecretBytes } from './secret-bytes.ts'

/** The name of AES key wrap with padding (RFC 5649) in a {@link Wrapped}. */
export const aesKwp = 'AES-KWP'

/** Wraps `bytes` by RFC 5649, which needs no nonce and proves integrity at unwrapping; a key that is not AES is `invalid_argument`. */
export function wrapAesKwp(key: NewObject, bytes: SecretBytes): Wrapped {
  const cipher = aesKey(key).use((raw) => createCipheriv(cipherName(raw), raw, alternativeIv))
  const wrapped = bytes.use((plain) => Buffer.concat([cipher.update(plain), cipher.final()]))
  return { mechanism: aesKwp, bytes: new Uint8Array(wrapped) }
}

/** The bytes that {@link wrapAesKwp} wrapped; `integrity` where key or bytes are others. */
export function unwrapAesKwp(key: NewObject, wrapped: Wrapped): SecretBytes {
  const decipher = aesKey(key).use((raw) => createDecipheriv(cipherName(raw), raw, alternativeIv))
  try {
    // OpenSSL takes no bytes at all for a success.
    if (wrapped.bytes.length < 16) throw new Error('too short')
    const plain = decipher.update(wrapped.bytes)
    decipher.final()
    return SecretBytes.take(plain)
  } catch (cause) {
    throw new KeyManagerError('integrity', 'unwrap: the bytes were not wrapped by this key', { cause })
  }
}

// RFC 5649, section 3.
const alternativeIv = Uint8Array.of(0xa6, 0x59, 0x59, 0xa6)

function aesKey(key: NewObject): SecretBytes {
  if (key.kind === 'symmetric' && key.algorithm === 'AES') return key.value
  throw new KeyManagerError('invalid_argument', 'wrap and unwrap need a symmetric key of algorithm AES')
}

function cipherName(key: Uint8Array): string {
  return `id-aes${key.length * 8}-wrap-pad`
}
