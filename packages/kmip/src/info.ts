import { isExpired, type ObjectId, type ObjectInfo, type ObjectKind } from '@chatelaine/core'
import type { AttributeName, AttributeSet } from 'kmip-client-ts'
import { algorithmName } from './algorithms.ts'
import { findMetadata, type Metadata } from './metadata.ts'

/** The attributes that an ObjectInfo is made of. */
export const infoAttributes: readonly AttributeName[] = [
  'objectType',
  'name',
  'cryptographicAlgorithm',
  'cryptographicLength',
  'state',
  'initialDate',
  'applicationSpecificInformation',
]

const kinds: Readonly<Record<string, ObjectKind>> = {
  SymmetricKey: 'symmetric',
  PublicKey: 'public',
  PrivateKey: 'private',
  Certificate: 'certificate',
  SecretData: 'passphrase',
  OpaqueObject: 'opaque',
}

/** The types of object under which things of a kind may be kept: for what KMIP has no algorithm for, another. */
export const objectTypes = {
  symmetric: ['SymmetricKey', 'SecretData'],
  public: ['PublicKey', 'OpaqueObject'],
  private: ['PrivateKey', 'OpaqueObject'],
  certificate: ['Certificate'],
  passphrase: ['SecretData'],
  opaque: ['OpaqueObject'],
} as const satisfies Record<ObjectKind, readonly NonNullable<AttributeSet['objectType']>[]>

/** What the attributes say of an object; undefined where it is not of this project, has expired or been destroyed, or is of no kind of ours. */
export function toInfo(id: ObjectId, attributes: AttributeSet, project: string | undefined): ObjectInfo | undefined {
  const metadata = findMetadata(attributes)
  const kind = metadata?.kind ?? kinds[String(attributes.objectType)]
  if (kind === undefined || isDestroyed(attributes) || isForeign(metadata, project)) return undefined
  const expiration = metadata?.expiration === undefined ? undefined : new Date(metadata.expiration)
  if (isExpired(expiration)) return undefined
  const created = metadata === undefined ? attributes.initialDate : new Date(metadata.created)
  const name = metadata === undefined ? attributes.name?.[0]?.nameValue : metadata.name
  return {
    id,
    kind,
    ...(name !== undefined && { name }),
    ...(created !== undefined && { created }),
    ...(expiration !== undefined && { expiration }),
    ...(isKey(kind) && keyFields(metadata, attributes)),
  }
}

function isKey(kind: ObjectKind): boolean {
  return kind === 'symmetric' || kind === 'public' || kind === 'private'
}

function keyFields(metadata: Metadata | undefined, attributes: AttributeSet) {
  const algorithm = metadata?.algorithm ?? algorithmName(attributes.cryptographicAlgorithm)
  const bitLength = metadata?.bitLength ?? attributes.cryptographicLength
  return { ...(algorithm !== undefined && { algorithm }), ...(bitLength !== undefined && { bitLength }) }
}

function isForeign(metadata: Metadata | undefined, project: string | undefined): boolean {
  return metadata?.project !== undefined && project !== undefined && metadata.project !== project
}

function isDestroyed({ state }: AttributeSet): boolean {
  return state === 'Destroyed' || state === 'DestroyedCompromised'
}
