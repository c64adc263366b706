import { generateKeyPair as generatePairNow, type KeyObject, randomFill } from 'node:crypto'
import { promisify } from 'node:util'
import { privateKey, publicKey } from './create-object.ts'
import { KeyManagerError } from './errors.ts'
import type { KeySpec, NewObject } from './object.ts'
import { SecretBytes } from './secret-bytes.ts'

/** The algorithms of {@link generateKey}. */
export const symmetricAlgorithms: readonly string[] = [
  'AES',
  'DES-EDE3',
  'HMAC',
  'HMAC-SHA1',
  'HMAC-SHA224',
  'HMAC-SHA256',
  'HMAC-SHA384',
  'HMAC-SHA512',
]

/** The algorithms of {@link generateKeyPair}. */
export const pairAlgorithms: readonly string[] = ['RSA', 'RSA-PSS', 'EC', 'Ed25519', 'X25519']

/** A random symmetric key, for backends without a device of their own; a length that the algorithm has not is `invalid_argument`. */
export async function generateKey(spec: KeySpec): Promise<NewObject> {
  const bytes = new Uint8Array(symmetricBits(spec) / 8)
  await promisify(randomFill)(bytes)
  return { kind: 'symmetric', ...spec, value: SecretBytes.take(bytes) }
}

/**
 * A key pair made off the event loop, for backends without a device of their own; RSA has 2048 to 8192 bits, EC the curve
 * P-256, P-384 or P-521. `extractable` is of the private key only.
 */
export async function generateKeyPair(spec: KeySpec): Promise<{ privateKey: NewObject; publicKey: NewObject }> {
  const pair = await generate(spec)
  const { name, expiration, extractable } = spec
  return {
    privateKey: privateKey(pair.privateKey, { name, expiration, extractable }),
    publicKey: publicKey(pair.publicKey, { name, expiration }),
  }
}

const generatePair = promisify(generatePairNow)
const curves: Readonly<Record<number, string>> = { 256: 'P-256', 384: 'P-384', 521: 'P-521' }
const fixedSizes: Readonly<Record<string, readonly number[]>> = { AES: [128, 192, 256], 'DES-EDE3': [192] }

function generate(spec: KeySpec): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  switch (spec.algorithm) {
    case 'RSA':
      return generatePair('rsa', { modulusLength: modulusLength(spec) })
    case 'RSA-PSS':
      return generatePair('rsa-pss', { modulusLength: modulusLength(spec) })
    case 'EC':
      return generatePair('ec', { namedCurve: curves[spec.bitLength ?? 0] ?? wrongLength(spec, '256, 384, 521') })
    case 'Ed25519':
      return generatePair('ed25519')
    case 'X25519':
      return generatePair('x25519')
    default:
      throw new KeyManagerError('unsupported', `createKeyPair: algorithm ${JSON.stringify(spec.algorithm)}`)
  }
}

function modulusLength(spec: KeySpec): number {
  const bits = spec.bitLength ?? 0
  return bits >= 2048 && bits <= 8192 && bits % 8 === 0 ? bits : wrongLength(spec, '2048 to 8192, in steps of 8')
}

function symmetricBits(spec: KeySpec): number {
  const bits = spec.bitLength ?? 0
  const sizes = fixedSizes[spec.algorithm]
  if (sizes) return sizes.includes(bits) ? bits : wrongLength(spec, sizes.join(', '))
  return bits >= 64 && bits <= 65_536 && bits % 8 === 0 ? bits : wrongLength(spec, '64 to 65536, in steps of 8')
}

function wrongLength(spec: KeySpec, lengths: string): never {
  const message = `bitLength of ${spec.algorithm} is one of ${lengths}, not ${spec.bitLength}`
  throw new KeyManagerError('invalid_argument', message)
}
