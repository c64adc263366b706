import type { JsonWebKey } from 'node:crypto'
import {
  certificate,
  isObjectKind,
  KeyManagerError,
  type NewObject,
  objectKinds,
  opaque,
  passphrase,
  privateKey,
  publicKey,
  symmetricKey,
} from '@chatelaine/core'

/** What the options of `store` say about the object. */
export interface ObjectFlags {
  readonly kind: string
  readonly name?: string
  readonly algorithm?: string
  readonly expiration?: string
  readonly extractable?: boolean
}

/** The object that `bytes` hold: PEM, DER or JWK for keys, PEM or DER for a certificate, raw bytes or a JWK for a symmetric key. */
export function parseObject(bytes: Buffer, flags: ObjectFlags): NewObject {
  const { kind, name, algorithm } = flags
  if (!isObjectKind(kind)) throw invalid(`--kind is one of ${objectKinds.join(', ')}`)
  const options = { name, expiration: parseTime(flags.expiration) }
  // commander's --no-extractable sets false, its absence true.
  const key = { ...options, algorithm, ...(flags.extractable === false && { extractable: false }) }
  switch (kind) {
    case 'symmetric':
      return symmetricKey(readJwk(bytes) ?? bytes, key)
    case 'private':
      return privateKey(bytes, key)
    case 'public':
      return publicKey(bytes, key)
    case 'certificate':
      return certificate(bytes, options)
    case 'passphrase':
      return passphrase(decode(bytes), options)
    case 'opaque':
      return opaque(bytes, options)
  }
}

/** A time in ISO 8601 with its zone, such as 2030-01-31T12:00:00Z. */
export function parseTime(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  const date = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(text)
    ? new Date(text)
    : undefined
  if (date === undefined || Number.isNaN(date.getTime())) {
    throw invalid('--expiration is a time such as 2030-01-31T12:00:00Z')
  }
  return date
}

// A JWK of type oct is JSON with a kty; random bytes are not.
function readJwk(bytes: Buffer): JsonWebKey | undefined {
  if (bytes[0] !== 0x7b) return undefined
  try {
    const parsed = JSON.parse(bytes.toString()) as JsonWebKey | null
    return typeof parsed?.kty === 'string' ? parsed : undefined
  } catch {
    return undefined
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw invalid('a passphrase is UTF-8 text; use --kind opaque for other bytes')
  }
}

function invalid(message: string): KeyManagerError {
  return new KeyManagerError('invalid_argument', message)
}
