import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { NewObject } from '@chatelaine/core'
import { type AttributeSet, type RequestPayload, CryptographicUsageMask as Use } from 'kmip-client-ts'
import { type KmipAlgorithm, pairAlgorithm, symmetricAlgorithm } from './algorithms.ts'

type Register = RequestPayload<'Register'>
/** What is registered, but for its attributes: they are `usage` and what the driver adds. */
export type Registration = Omit<Register, 'attributes'> & { readonly usage: AttributeSet }

type FormatType = 'Raw' | 'PKCS_1' | 'PKCS_8' | 'X_509'

const mask = (cryptographicUsageMask: number): AttributeSet => ({ cryptographicUsageMask })

/** How an object is sent to the device. `bytes` is a copy of its value, which the caller wipes; `wipe` takes what is made beside it. */
export function toRegistration(
  object: NewObject,
  bytes: Uint8Array,
  options: { readonly pkcs1Only: boolean },
  wipe: (bytes: Uint8Array) => void,
): Registration {
  switch (object.kind) {
    case 'symmetric':
      return symmetric(object, bytes)
    case 'private':
      return halfOfPair(object, privateBytes(object, bytes, options.pkcs1Only, wipe), 'PrivateKey')
    case 'public':
      return halfOfPair(object, publicBytes(object, bytes, options.pkcs1Only), 'PublicKey')
    case 'certificate':
      return {
        objectType: 'Certificate',
        certificate: { certificateType: 'X_509', certificateValue: bytes },
        usage: {},
      }
    case 'passphrase':
      return secretData('Password', bytes)
    case 'opaque':
      return opaque(bytes)
  }
}

type Key = Extract<NewObject, { kind: 'symmetric' | 'public' | 'private' }>

function keyBlock(
  keyFormatType: FormatType,
  keyMaterial: Uint8Array,
  cryptographicAlgorithm?: KmipAlgorithm,
  cryptographicLength?: number,
) {
  return {
    keyFormatType,
    keyValue: { keyMaterial },
    ...(cryptographicAlgorithm !== undefined && { cryptographicAlgorithm }),
    ...(cryptographicLength !== undefined && { cryptographicLength }),
  }
}

function symmetric({ algorithm }: Key, bytes: Uint8Array): Registration {
  const theirs = symmetricAlgorithm(algorithm)
  // A key of an algorithm that KMIP has no number for is a secret like any other.
  if (theirs === undefined) return secretData('Seed', bytes)
  const usage = algorithm?.startsWith('HMAC') ? Use.MACGenerate | Use.MACVerify : Use.Encrypt | Use.Decrypt
  return {
    objectType: 'SymmetricKey',
    symmetricKey: { keyBlock: keyBlock('Raw', bytes, theirs, bytes.length * 8) },
    usage: mask(usage),
  }
}

function secretData(secretDataType: 'Password' | 'Seed', bytes: Uint8Array): Registration {
  return {
    objectType: 'SecretData',
    secretData: { secretDataType, keyBlock: keyBlock('Raw', bytes) },
    usage: mask(Use.DeriveKey),
  }
}

// The standard names no type of opaque data; the first number of the extensions is what others use for "none".
function opaque(opaqueDataValue: Uint8Array): Registration {
  return { objectType: 'OpaqueObject', opaqueObject: { opaqueDataType: 0x8000_0000, opaqueDataValue }, usage: {} }
}

interface Encoded {
  readonly format: FormatType
  readonly bytes: Uint8Array
}

function halfOfPair(
  { algorithm, bitLength }: Key,
  { format, bytes }: Encoded,
  objectType: 'PrivateKey' | 'PublicKey',
): Registration {
  const theirs = pairAlgorithm(algorithm)
  if (theirs === undefined || bitLength === undefined) return opaque(bytes)
  const key = { keyBlock: keyBlock(format, bytes, theirs, bitLength) }
  return objectType === 'PrivateKey'
    ? { objectType, privateKey: key, usage: mask(Use.Sign | Use.Decrypt) }
    : { objectType, publicKey: key, usage: mask(Use.Verify | Use.Encrypt) }
}

function privateBytes(
  { algorithm }: Key,
  bytes: Uint8Array,
  pkcs1Only: boolean,
  wipe: (bytes: Uint8Array) => void,
): Encoded {
  if (!pkcs1Only || algorithm !== 'RSA') return { format: 'PKCS_8', bytes }
  const key = createPrivateKey({
    key: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length),
    format: 'der',
    type: 'pkcs8',
  })
  const pkcs1 = key.export({ format: 'der', type: 'pkcs1' })
  wipe(pkcs1)
  return { format: 'PKCS_1', bytes: pkcs1 }
}

function publicBytes({ algorithm }: Key, bytes: Uint8Array, pkcs1Only: boolean): Encoded {
  if (!pkcs1Only || algorithm !== 'RSA') return { format: 'X_509', bytes }
  const key = createPublicKey({ key: Buffer.from(bytes), format: 'der', type: 'spki' })
  return { format: 'PKCS_1', bytes: key.export({ format: 'der', type: 'pkcs1' }) }
}
