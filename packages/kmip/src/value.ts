import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { KeyManagerError, type ObjectId, type ObjectKind, SecretBytes } from '@chatelaine/core'
import type { KeyBlock, ResponsePayload } from 'kmip-client-ts'
import { privateFromNumbers, publicFromNumbers } from './transparent.ts'

type Got = ResponsePayload<'Get'>

/** The canonical bytes of what the device gave; what it gave is wiped. Formats that cannot be converted are `unsupported`. */
export function canonicalValue(id: ObjectId, kind: ObjectKind, got: Got): SecretBytes {
  const plain = got.certificate?.certificateValue ?? got.opaqueObject?.opaqueDataValue
  if (plain !== undefined) return SecretBytes.take(plain)
  const block = blockOf(got)
  if (block === undefined) throw unsupported(id, `objects of type ${got.objectType}`)
  if (block.keyWrappingData !== undefined) throw unsupported(id, 'a value that the device has wrapped')
  try {
    return convert(kind, block)
  } catch (cause) {
    throw unsupported(id, `the format ${block.keyFormatType}`, cause)
  }
}

function unsupported(id: ObjectId, what: string, cause?: unknown): KeyManagerError {
  return new KeyManagerError('unsupported', `get ${JSON.stringify(id)}: ${what} cannot be read`, { cause })
}

function blockOf(got: Got): KeyBlock | undefined {
  return (got.symmetricKey ?? got.privateKey ?? got.publicKey ?? got.secretData)?.keyBlock
}

function convert(kind: ObjectKind, block: KeyBlock): SecretBytes {
  const { keyValue, keyFormatType } = block
  const material = keyValue === undefined || keyValue instanceof Uint8Array ? undefined : keyValue.keyMaterial
  if (material === undefined) throw new TypeError('no key material')
  if (!(material instanceof Uint8Array)) {
    if (kind === 'symmetric' && material.key !== undefined) return SecretBytes.take(material.key)
    return kind === 'private' ? exportPrivate(privateFromNumbers(material)) : exportPublic(publicFromNumbers(material))
  }
  if (kind === 'private' && keyFormatType !== 'PKCS_8')
    return wiping(material, (key) => exportPrivate(parsePrivate(key)))
  if (kind === 'public' && keyFormatType !== 'X_509') return exportPublic(parsePublic(Buffer.from(material)))
  return SecretBytes.take(material)
}

function wiping(bytes: Uint8Array, use: (key: Buffer) => SecretBytes): SecretBytes {
  try {
    return use(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))
  } finally {
    bytes.fill(0)
  }
}

// What devices call raw or opaque may be any of these, and the labels are not always right.
function parsePrivate(key: Buffer): KeyObject {
  return firstOf(['pkcs1', 'sec1', 'pkcs8'] as const, (type) => createPrivateKey({ key, format: 'der', type }))
}

function parsePublic(key: Buffer): KeyObject {
  return firstOf(['pkcs1', 'spki'] as const, (type) => createPublicKey({ key, format: 'der', type }))
}

function firstOf<T>(types: readonly T[], parse: (type: T) => KeyObject): KeyObject {
  for (const type of types) {
    try {
      return parse(type)
    } catch {
      // The next encoding is tried.
    }
  }
  throw new TypeError('no encoding of a key that is known')
}

function exportPrivate(key: KeyObject): SecretBytes {
  return SecretBytes.take(key.export({ format: 'der', type: 'pkcs8' }))
}

function exportPublic(key: KeyObject): SecretBytes {
  return SecretBytes.take(key.export({ format: 'der', type: 'spki' }))
}
