import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type JsonWebKey,
  type KeyObject,
  X509Certificate,
} from 'node:crypto'
import { KeyManagerError } from './errors.ts'
import type { NewObject } from './object.ts'

/** For node:crypto; of a certificate, its public key. Other kinds are `invalid_argument`. */
export function toKeyObject(object: NewObject): KeyObject {
  return object.value.use((bytes) => keyObject(object.kind, Buffer.from(bytes.buffer)))
}

/** PKCS#8, SubjectPublicKeyInfo or a certificate as PEM (RFC 7468), with a line feed at its end; a text cannot be wiped. */
export function toPem(object: NewObject): string {
  const label = pemLabels[object.kind]
  if (label === undefined) throw refused(object.kind, 'PEM')
  const lines = object.value.use((bytes) => Buffer.from(bytes.buffer).toString('base64')).match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/** A key as JWK (RFC 7517); of a certificate, its public key with `x5c`. An algorithm without a JWK form is `unsupported`. */
export function toJwk(object: NewObject): JsonWebKey {
  const key = toKeyObject(object)
  try {
    const jwk = key.export({ format: 'jwk' })
    if (object.kind !== 'certificate') return jwk
    return { ...jwk, x5c: [object.value.use((bytes) => Buffer.from(bytes.buffer).toString('base64'))] }
  } catch (cause) {
    throw new KeyManagerError('unsupported', `a key of type ${key.asymmetricKeyType} has no JWK form`, { cause })
  }
}

const pemLabels: Readonly<Partial<Record<NewObject['kind'], string>>> = {
  private: 'PRIVATE KEY',
  public: 'PUBLIC KEY',
  certificate: 'CERTIFICATE',
}

function keyObject(kind: NewObject['kind'], bytes: Buffer): KeyObject {
  switch (kind) {
    case 'symmetric':
      return createSecretKey(bytes)
    case 'private':
      return createPrivateKey({ key: bytes, format: 'der', type: 'pkcs8' })
    case 'public':
      return createPublicKey({ key: bytes, format: 'der', type: 'spki' })
    case 'certificate':
      return new X509Certificate(bytes).publicKey
    default:
      throw refused(kind, 'a key')
  }
}

function refused(kind: string, form: string): KeyManagerError {
  return new KeyManagerError('invalid_argument', `an object of kind ${kind} has no form as ${form}`)
}
