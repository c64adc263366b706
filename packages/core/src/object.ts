import type { SecretBytes } from './secret-bytes.ts'

/** An opaque string of at most 255 bytes; only the driver that gave it knows what is inside. */
export type ObjectId = string

interface Described {
  /** Any well-formed text of 1 to 255 bytes of UTF-8; names need not be unique. */
  readonly name?: string
  /** From this moment on the object is `not_found` everywhere and is not listed. */
  readonly expiration?: Date
}

interface KeyFields {
  /** A name of {@link canonicalAlgorithm}, or any other; absent only where a foreign object does not say. */
  readonly algorithm?: string
  /** RSA: of the modulus; EC: of the curve; symmetric: eight times the length of the value; absent where it is not known. */
  readonly bitLength?: number
  /** `false`: the value never leaves the backend, `get` is `not_extractable`; absent means true. */
  readonly extractable?: boolean
}

/** What an object is, without its value: a union on `kind`. */
export type ObjectSpec =
  | ({ readonly kind: 'symmetric' | 'public' | 'private' } & Described & KeyFields)
  | ({ readonly kind: 'certificate' | 'passphrase' | 'opaque' } & Described)

interface Valued {
  /**
   * Canonical bytes, whatever the backend keeps: raw for symmetric and opaque, PKCS#8 DER (RFC 5958) for private,
   * SubjectPublicKeyInfo DER (RFC 5280) for public, X.509 DER for certificates, UTF-8 for passphrases.
   */
  readonly value: SecretBytes
}

interface Stored {
  readonly id: ObjectId
  /** When it was stored, to the millisecond where the backend keeps it so; absent only for foreign objects. */
  readonly created?: Date
  readonly consumers?: readonly Consumer[]
}

/** castellan's consumer: who uses an object, and for which of its resources. */
export interface Consumer {
  readonly service: string
  readonly resourceType: string
  readonly resourceId: string
}

/** What `store` takes. */
export type NewObject = ObjectSpec & Valued

/** What `describe` and `list` give: never a value. */
export type ObjectInfo = ObjectSpec & Stored

/** What `get` gives. */
export type ManagedObject = ObjectSpec & Stored & Valued

/** The two halves of a key pair; where the backend can, they carry the same name and find each other by id. */
export interface KeyPairIds {
  readonly privateId: ObjectId
  readonly publicId: ObjectId
}

/** What a key to be made in the backend shall be. */
export interface KeySpec extends Described {
  /** A name of {@link canonicalAlgorithm}; other spellings are understood. */
  readonly algorithm: string
  /** Required but for Ed25519 and X25519, which have one size. */
  readonly bitLength?: number
  /** `false`: the (private or symmetric) key never leaves the backend; absent means true. */
  readonly extractable?: boolean
}

/** Bytes under a key that stayed where it is; all that `unwrap` needs but the key. */
export interface Wrapped {
  /** How: `AES-KWP` (RFC 5649), `AES-KW` (RFC 3394), `AES-GCM` (96-bit IV, ciphertext, 128-bit tag, in this order) … */
  readonly mechanism: string
  readonly bytes: Uint8Array
}
