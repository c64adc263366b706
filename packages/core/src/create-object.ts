import { type JsonWebKey, type KeyObject, X509Certificate } from 'node:crypto'
import { canonicalAlgorithm, describeKeyObject } from './algorithms.ts'
import { KeyManagerError } from './errors.ts'
import type { NewObject } from './object.ts'
import { isPem, type KeyInput, parsePrivateKey, parsePublicKey, parseSecretKey } from './parse-key.ts'
import { SecretBytes } from './secret-bytes.ts'

/** What may be said of any object beside its value. */
export interface ObjectOptions {
  readonly name?: string
  readonly expiration?: Date
}

/** What may be said of a key; algorithm and bit length only where the key does not tell them itself. */
export interface KeyOptions extends ObjectOptions {
  readonly algorithm?: string
  readonly bitLength?: number
  /** `false`: no backend gives the value out again. */
  readonly extractable?: boolean
}

/** `passphrase` opens an encrypted PKCS#8 key; it is not kept. */
export interface PrivateKeyOptions extends KeyOptions {
  readonly passphrase?: string | Uint8Array
}

type Of<Kind extends NewObject['kind']> = Extract<NewObject, { kind: unknown }> & { readonly kind: Kind }

/**
 * A symmetric key from raw bytes, a JWK of type `oct` or a KeyObject. Without `algorithm`, a JWK's `alg` decides; else bytes
 * of an AES key's length (16, 24, 32) are `AES`, others `generic`.
 */
export function symmetricKey(input: Uint8Array | JsonWebKey | KeyObject, options: KeyOptions = {}): Of<'symmetric'> {
  const { bytes, alg } = parseSecretKey(input)
  const algorithm = canonicalAlgorithm(options.algorithm ?? fromJose(alg) ?? byLength(bytes.length))
  const fields = described(options, algorithm, bytes.length * 8)
  return { kind: 'symmetric', ...fields, value: SecretBytes.from(bytes) }
}

/** A private key; `algorithm` is needed only for what is neither RSA, RSA-PSS, EC P-256/384/521, Ed25519 nor X25519. */
export function privateKey(input: KeyInput, options: PrivateKeyOptions = {}): Of<'private'> {
  const key = parsePrivateKey(input, options.passphrase)
  const value = SecretBytes.take(key.export({ type: 'pkcs8', format: 'der' }))
  return { kind: 'private', ...asymmetric(key, options), value }
}

/** A public key, or the public half of a private one; `algorithm` as for {@link privateKey}. */
export function publicKey(input: KeyInput, options: KeyOptions = {}): Of<'public'> {
  const key = parsePublicKey(input)
  const value = SecretBytes.take(key.export({ type: 'spki', format: 'der' }))
  return { kind: 'public', ...asymmetric(key, options), value }
}

/** One X.509 certificate from PEM, DER or an X509Certificate; of a chain, each is an object of its own. */
export function certificate(
  input: string | Uint8Array | X509Certificate,
  options: ObjectOptions = {},
): Of<'certificate'> {
  const value = SecretBytes.from(parseCertificate(input).raw)
  return { kind: 'certificate', ...common(options), value }
}

/** A passphrase: well-formed text, kept as UTF-8. */
export function passphrase(text: string, options: ObjectOptions = {}): Of<'passphrase'> {
  return { kind: 'passphrase', ...common(options), value: SecretBytes.fromText(text) }
}

/** Bytes that mean nothing to a key manager. */
export function opaque(bytes: Uint8Array, options: ObjectOptions = {}): Of<'opaque'> {
  return { kind: 'opaque', ...common(options), value: SecretBytes.from(bytes) }
}

function asymmetric(key: KeyObject, options: KeyOptions) {
  const found = describeKeyObject(key)
  const algorithm = options.algorithm === undefined ? found?.algorithm : canonicalAlgorithm(options.algorithm)
  if (algorithm === undefined) {
    const type = key.asymmetricKeyType ?? 'unknown'
    throw new KeyManagerError('invalid_argument', `a key of type ${type} needs its algorithm by name`)
  }
  if (found !== undefined && found.algorithm !== algorithm) {
    throw new KeyManagerError('invalid_argument', `the key is ${found.algorithm}, not ${algorithm}`)
  }
  return described(options, algorithm, found?.bitLength)
}

function described(options: KeyOptions, algorithm: string, found: number | undefined) {
  const bitLength = found ?? options.bitLength
  if (options.bitLength !== undefined && options.bitLength !== bitLength) {
    throw new KeyManagerError('invalid_argument', `the key has ${bitLength} bits, not ${options.bitLength}`)
  }
  return {
    ...common(options),
    algorithm,
    ...(bitLength !== undefined && { bitLength }),
    ...(options.extractable !== undefined && { extractable: options.extractable }),
  }
}

function common({ name, expiration }: ObjectOptions): ObjectOptions {
  return { ...(name !== undefined && { name }), ...(expiration !== undefined && { expiration }) }
}

function byLength(bytes: number): string {
  return [16, 24, 32].includes(bytes) ? 'AES' : 'generic'
}

// RFC 7518, sections 3.1, 4.1 and 5.1: the names of JOSE's symmetric algorithms.
function fromJose(alg: string | undefined): string | undefined {
  if (alg === undefined) return undefined
  const hash = /^HS(256|384|512)$/.exec(alg)?.[1]
  if (hash !== undefined) return `HMAC-SHA${hash}`
  return /^A(128|192|256)(GCM|KW|GCMKW)$/.test(alg) ? 'AES' : undefined
}

function parseCertificate(input: string | Uint8Array | X509Certificate): X509Certificate {
  if (input instanceof X509Certificate) return input
  const bytes = typeof input === 'string' ? Buffer.from(input) : Buffer.from(input)
  const count = isPem(bytes) ? bytes.toString('latin1').split('-----BEGIN ').length - 1 : 1
  if (count > 1) throw new KeyManagerError('invalid_argument', `certificate: ${count} PEM blocks where one is needed`)
  try {
    return new X509Certificate(bytes)
  } catch (cause) {
    throw new KeyManagerError('invalid_argument', 'certificate: not readable as PEM or DER', { cause })
  }
}
