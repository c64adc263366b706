import { attributes, optionalAttributes } from '../messages/attribute-fields.ts'
import { CryptographicParameters } from '../messages/cryptography.ts'
import { identifier } from '../messages/identifier.ts'
import { DerivationMethod, ObjectType } from '../names/enumerations.ts'
import { list, optional, required } from '../schema/field.ts'
import { structure } from '../schema/structure.ts'
import { bytes, enumeration, integer, interval, label } from '../schema/types.ts'
import { defineOperation } from './operation.ts'

const since20 = { since: '2.0' } as const
const objectType = required('ObjectType', enumeration(ObjectType))
const uniqueIdentifier = required('UniqueIdentifier', label)

const pairAttributes = {
  commonAttributes: optionalAttributes('CommonTemplateAttribute', 'CommonAttributes'),
  privateKeyAttributes: optionalAttributes('PrivateKeyTemplateAttribute', 'PrivateKeyAttributes'),
  publicKeyAttributes: optionalAttributes('PublicKeyTemplateAttribute', 'PublicKeyAttributes'),
  commonProtectionStorageMasks: optional('CommonProtectionStorageMasks', integer, since20),
  privateProtectionStorageMasks: optional('PrivateProtectionStorageMasks', integer, since20),
  publicProtectionStorageMasks: optional('PublicProtectionStorageMasks', integer, since20),
}

const PairResponse = structure({
  privateKeyUniqueIdentifier: required('PrivateKeyUniqueIdentifier', label),
  publicKeyUniqueIdentifier: required('PublicKeyUniqueIdentifier', label),
  privateKeyAttributes: optionalAttributes('PrivateKeyTemplateAttribute', 'PrivateKeyAttributes'),
  publicKeyAttributes: optionalAttributes('PublicKeyTemplateAttribute', 'PublicKeyAttributes'),
})

/** KMIP 2.1 §7.36. */
const ProtectionStorageMasks = structure({ masks: list('ProtectionStorageMask', integer) })

/** KMIP 2.1 §6.1.8. */
export const Create = defineOperation('Create', {
  request: structure({
    objectType,
    attributes: attributes(),
    protectionStorageMasks: optional('ProtectionStorageMasks', ProtectionStorageMasks, since20),
  }),
  response: structure({ objectType, uniqueIdentifier, attributes: optionalAttributes() }),
})

/** KMIP 2.1 §6.1.9. */
export const CreateKeyPair = defineOperation('CreateKeyPair', {
  request: structure({ ...pairAttributes }),
  response: PairResponse,
})

/** KMIP 2.1 §7.9. */
const DerivationParameters = structure({
  cryptographicParameters: optional('CryptographicParameters', CryptographicParameters),
  initializationVector: optional('InitializationVector', bytes),
  derivationData: optional('DerivationData', bytes),
  salt: optional('Salt', bytes),
  iterationCount: optional('IterationCount', integer),
})

/** KMIP 2.1 §6.1.14. */
export const DeriveKey = defineOperation('DeriveKey', {
  request: structure({
    objectType,
    uniqueIdentifiers: list('UniqueIdentifier', identifier),
    derivationMethod: required('DerivationMethod', enumeration(DerivationMethod)),
    derivationParameters: required('DerivationParameters', DerivationParameters),
    attributes: attributes(),
  }),
  response: structure({ uniqueIdentifier, attributes: optionalAttributes() }),
})

/** KMIP 2.1 §6.1.43. */
export const ReKey = defineOperation('ReKey', {
  request: structure({
    uniqueIdentifier: optional('UniqueIdentifier', identifier),
    offset: optional('Offset', interval),
    attributes: optionalAttributes(),
    protectionStorageMasks: optional('ProtectionStorageMasks', ProtectionStorageMasks, since20),
  }),
  response: structure({ uniqueIdentifier, attributes: optionalAttributes() }),
})

/** KMIP 2.1 §6.1.44. */
export const ReKeyKeyPair = defineOperation('ReKeyKeyPair', {
  since: '1.1',
  request: structure({
    privateKeyUniqueIdentifier: optional('PrivateKeyUniqueIdentifier', identifier),
    offset: optional('Offset', interval),
    ...pairAttributes,
  }),
  response: PairResponse,
})
