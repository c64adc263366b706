import { attributes, inlineAttributes, optionalAttributes } from '../messages/attribute-fields.ts'
import { identifier } from '../messages/identifier.ts'
import { KeyWrappingSpecification, managedObject } from '../messages/objects.ts'
import {
  KeyCompressionType,
  KeyFormatType,
  KeyWrapType,
  ObjectGroupMember,
  ObjectType,
  ValidityIndicator,
} from '../names/enumerations.ts'
import { list, optional, required } from '../schema/field.ts'
import { structure } from '../schema/structure.ts'
import { boolean, dateTime, enumeration, integer, interval, label, longInteger } from '../schema/types.ts'
import { defineOperation } from './operation.ts'

const objectType = required('ObjectType', enumeration(ObjectType))
const answered = required('UniqueIdentifier', label)
/** Absent: the object that an earlier item of the batch made or found (the ID placeholder). */
const wanted = optional('UniqueIdentifier', identifier)
const since14 = { since: '1.4' } as const

const ProtectionStorageMasks = structure({ masks: list('ProtectionStorageMask', integer) })

/** KMIP 2.1 §6.1.42. */
export const Register = defineOperation('Register', {
  request: structure({
    objectType,
    attributes: attributes(),
    ...managedObject,
    protectionStorageMasks: optional('ProtectionStorageMasks', ProtectionStorageMasks, { since: '2.0' }),
  }),
  response: structure({ uniqueIdentifier: answered, attributes: optionalAttributes() }),
})

const retrieval = {
  uniqueIdentifier: wanted,
  keyFormatType: optional('KeyFormatType', enumeration(KeyFormatType)),
  keyWrapType: optional('KeyWrapType', enumeration(KeyWrapType), since14),
  keyCompressionType: optional('KeyCompressionType', enumeration(KeyCompressionType)),
  keyWrappingSpecification: optional('KeyWrappingSpecification', KeyWrappingSpecification),
}

/** KMIP 2.1 §6.1.19. */
export const Get = defineOperation('Get', {
  repeatable: true,
  request: structure(retrieval),
  response: structure({ objectType, uniqueIdentifier: answered, ...managedObject }),
})

/** KMIP 2.1 §6.1.18. */
export const Export = defineOperation('Export', {
  since: '1.4',
  repeatable: true,
  request: structure(retrieval),
  response: structure({ objectType, uniqueIdentifier: answered, attributes: inlineAttributes(), ...managedObject }),
})

/** KMIP 2.1 §6.1.26. */
export const Import = defineOperation('Import', {
  since: '1.4',
  request: structure({
    uniqueIdentifier: answered,
    objectType: optional('ObjectType', enumeration(ObjectType)),
    replaceExisting: optional('ReplaceExisting', boolean),
    keyWrapType: optional('KeyWrapType', enumeration(KeyWrapType)),
    attributes: inlineAttributes(),
    ...managedObject,
  }),
  response: structure({ uniqueIdentifier: answered }),
})

/** KMIP 2.1 §6.1.28. From 2.0 on the attributes are sent even where there are none. */
export const Locate = defineOperation('Locate', {
  repeatable: true,
  request: structure({
    maximumItems: optional('MaximumItems', integer),
    offsetItems: optional('OffsetItems', integer, { since: '1.3' }),
    storageStatusMask: optional('StorageStatusMask', integer),
    objectGroupMember: optional('ObjectGroupMember', enumeration(ObjectGroupMember), { since: '1.1' }),
    attributes: inlineAttributes(),
  }),
  response: structure({
    locatedItems: optional('LocatedItems', integer),
    uniqueIdentifiers: list('UniqueIdentifier', label),
  }),
})

/** KMIP 2.1 §6.1.7. The validity is what 1.x and 2.x answer when a policy stands against the use. */
export const Check = defineOperation('Check', {
  repeatable: true,
  request: structure({
    uniqueIdentifier: wanted,
    usageLimitsCount: optional('UsageLimitsCount', longInteger),
    cryptographicUsageMask: optional('CryptographicUsageMask', integer),
    leaseTime: optional('LeaseTime', interval),
  }),
  response: structure({
    uniqueIdentifier: answered,
    usageLimitsCount: optional('UsageLimitsCount', longInteger),
    cryptographicUsageMask: optional('CryptographicUsageMask', integer),
    leaseTime: optional('LeaseTime', interval),
    validityIndicator: optional('ValidityIndicator', enumeration(ValidityIndicator)),
    validityDate: optional('ValidityDate', dateTime),
  }),
})
