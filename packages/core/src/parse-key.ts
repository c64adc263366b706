import { createPrivateKey, createPublicKey, type JsonWebKey, KeyObject } from 'node:crypto'
import { KeyManagerError } from './errors.ts'

/** PEM text, PEM or DER bytes, a JWK (RFC 7517) as an object or as JSON, or a KeyObject. */
export type KeyInput = string | Uint8Array | JsonWebKey | KeyObject

/** A private key from any {@link KeyInput}; DER may be PKCS#8, PKCS#1 or SEC1, encrypted PKCS#8 with its passphrase. */
export function parsePrivateKey(input: KeyInput, passphrase?: string | Uint8Array): KeyObject {
  if (input instanceof KeyObject) return ofType(input, 'private')
  if (isJwk(input)) return attempt('private key', () => createPrivateKey({ key: input, format: 'jwk' }))
  const bytes = toBuffer(input)
  if (isJson(bytes)) return parsePrivateKey(parseJwk(bytes))
  if (isPem(bytes) && bytes.includes('ENCRYPTED') && passphrase === undefined) throw encrypted()
  if (isPem(bytes))
    return attempt('private key', () => createPrivateKey({ key: bytes, format: 'pem', ...secret(passphrase) }))
  return attempt('private key', ...derForms.map((type) => () => fromDer(bytes, type, passphrase)))
}

/** A public key from any {@link KeyInput}; DER may be SubjectPublicKeyInfo or PKCS#1; a private key gives its public half. */
export function parsePublicKey(input: KeyInput): KeyObject {
  if (input instanceof KeyObject) return input.type === 'private' ? createPublicKey(input) : ofType(input, 'public')
  if (isJwk(input)) return attempt('public key', () => createPublicKey({ key: input, format: 'jwk' }))
  const bytes = toBuffer(input)
  if (isJson(bytes)) return parsePublicKey(parseJwk(bytes))
  if (isPem(bytes)) return attempt('public key', () => createPublicKey({ key: bytes, format: 'pem' }))
  return attempt(
    'public key',
    () => createPublicKey({ key: bytes, format: 'der', type: 'spki' }),
    () => createPublicKey({ key: bytes, format: 'der', type: 'pkcs1' }),
  )
}

/** The bytes and, from a JWK, its `alg` (RFC 7518) of a symmetric key: raw bytes, a JWK of type `oct` or a KeyObject. */
export function parseSecretKey(input: Uint8Array | JsonWebKey | KeyObject): { bytes: Uint8Array; alg?: string } {
  if (input instanceof KeyObject) return { bytes: ofType(input, 'secret').export() }
  if (input instanceof Uint8Array) return { bytes: input }
  if (!isJwk(input)) throw refused('symmetric key', 'raw bytes, a JWK of type oct or a KeyObject')
  const { k, kty, alg } = input
  if (kty !== 'oct' || typeof k !== 'string' || !/^[\w-]*$/.test(k)) throw refused('symmetric key', 'a JWK of type oct')
  return { bytes: Buffer.from(k, 'base64url'), ...(typeof alg === 'string' && { alg }) }
}

/** Whether `bytes` begin as PEM does (RFC 7468), white space and comments before it left aside. */
export function isPem(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).includes('-----BEGIN ')
}

const derForms = ['pkcs8', 'pkcs1', 'sec1'] as const

function fromDer(key: Buffer, type: (typeof derForms)[number], passphrase?: string | Uint8Array): KeyObject {
  return createPrivateKey({ key, format: 'der', type, ...secret(passphrase) })
}

function secret(passphrase: string | Uint8Array | undefined): { passphrase?: string | Buffer } {
  if (passphrase === undefined) return {}
  return { passphrase: typeof passphrase === 'string' ? passphrase : Buffer.from(passphrase) }
}

function attempt(what: string, ...readings: readonly (() => KeyObject)[]): KeyObject {
  let last: unknown
  for (const read of readings) {
    try {
      return read()
    } catch (error) {
      last = error
    }
  }
  throw refused(what, 'PEM, DER, a JWK or a KeyObject', last)
}

function refused(what: string, forms: string, cause?: unknown): KeyManagerError {
  return new KeyManagerError('invalid_argument', `${what}: not readable as ${forms}`, { cause })
}

function encrypted(): KeyManagerError {
  return new KeyManagerError('invalid_argument', 'private key: it is encrypted, and its passphrase is needed')
}

function ofType(key: KeyObject, type: KeyObject['type']): KeyObject {
  if (key.type === type) return key
  throw new KeyManagerError('invalid_argument', `a ${key.type} KeyObject was given where a ${type} one is needed`)
}

function isJwk(input: unknown): input is JsonWebKey {
  return typeof input === 'object' && input !== null && !(input instanceof Uint8Array) && 'kty' in input
}

function isJson(bytes: Uint8Array): boolean {
  return bytes[0] === 0x7b
}

function parseJwk(bytes: Buffer): JsonWebKey {
  try {
    const parsed: unknown = JSON.parse(bytes.toString('utf8'))
    if (isJwk(parsed)) return parsed
  } catch {
    // JSON.parse quotes its input in its message, and the input is a key.
  }
  throw refused('key', 'a JWK')
}

function toBuffer(input: unknown): Buffer {
  if (typeof input === 'string') return Buffer.from(input)
  if (input instanceof Uint8Array) return Buffer.from(input.buffer, input.byteOffset, input.byteLength)
  throw refused('key', 'PEM, DER, a JWK or a KeyObject')
}
