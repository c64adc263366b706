import { CryptographicParameters } from '../messages/cryptography.ts'
import { identifier } from '../messages/identifier.ts'
import { ValidityIndicator } from '../names/enumerations.ts'
import { optional, required } from '../schema/field.ts'
import { structure } from '../schema/structure.ts'
import { boolean, bytes, enumeration, integer, label } from '../schema/types.ts'
import { defineOperation } from './operation.ts'

const since13 = { since: '1.3' } as const
const since14 = { since: '1.4' } as const
const since12 = '1.2'
const answered = required('UniqueIdentifier', label)
const correlationValue = optional('CorrelationValue', bytes, since13)
const validityIndicator = required('ValidityIndicator', enumeration(ValidityIndicator))

const key = {
  uniqueIdentifier: optional('UniqueIdentifier', identifier),
  cryptographicParameters: optional('CryptographicParameters', CryptographicParameters),
}

/** The rows of an operation whose data may come in parts (KMIP 2.1 §6.1: streamed operations). */
const stream = {
  correlationValue,
  initIndicator: optional('InitIndicator', boolean, since13),
  finalIndicator: optional('FinalIndicator', boolean, since13),
}

/** KMIP 2.1 §6.1.17. */
export const Encrypt = defineOperation('Encrypt', {
  since: since12,
  request: structure({
    ...key,
    data: optional('Data', bytes),
    ivCounterNonce: optional('IVCounterNonce', bytes),
    ...stream,
    authenticatedEncryptionAdditionalData: optional('AuthenticatedEncryptionAdditionalData', bytes, since14),
  }),
  response: structure({
    uniqueIdentifier: answered,
    data: optional('Data', bytes),
    ivCounterNonce: optional('IVCounterNonce', bytes),
    correlationValue,
    authenticatedEncryptionTag: optional('AuthenticatedEncryptionTag', bytes),
  }),
})

/** KMIP 2.1 §6.1.11. */
export const Decrypt = defineOperation('Decrypt', {
  since: since12,
  repeatable: true,
  request: structure({
    ...key,
    data: optional('Data', bytes),
    ivCounterNonce: optional('IVCounterNonce', bytes),
    ...stream,
    authenticatedEncryptionAdditionalData: optional('AuthenticatedEncryptionAdditionalData', bytes, since14),
    authenticatedEncryptionTag: optional('AuthenticatedEncryptionTag', bytes, since14),
  }),
  response: structure({ uniqueIdentifier: answered, data: optional('Data', bytes), correlationValue }),
})

/** KMIP 2.1 §6.1.55. */
export const Sign = defineOperation('Sign', {
  since: since12,
  request: structure({
    ...key,
    data: optional('Data', bytes),
    digestedData: optional('DigestedData', bytes, since14),
    ...stream,
  }),
  response: structure({
    uniqueIdentifier: answered,
    signatureData: optional('SignatureData', bytes),
    correlationValue,
  }),
})

/** KMIP 2.1 §6.1.56. */
export const SignatureVerify = defineOperation('SignatureVerify', {
  since: since12,
  repeatable: true,
  request: structure({
    ...key,
    data: optional('Data', bytes),
    digestedData: optional('DigestedData', bytes, since14),
    signatureData: optional('SignatureData', bytes),
    ...stream,
  }),
  response: structure({
    uniqueIdentifier: answered,
    validityIndicator,
    data: optional('Data', bytes),
    correlationValue,
  }),
})

/** KMIP 2.1 §6.1.29. */
export const MAC = defineOperation('MAC', {
  since: since12,
  request: structure({ ...key, data: optional('Data', bytes), ...stream }),
  response: structure({ uniqueIdentifier: answered, macData: optional('MACData', bytes), correlationValue }),
})

/** KMIP 2.1 §6.1.30. */
export const MACVerify = defineOperation('MACVerify', {
  since: since12,
  repeatable: true,
  request: structure({ ...key, data: optional('Data', bytes), macData: optional('MACData', bytes), ...stream }),
  response: structure({ uniqueIdentifier: answered, validityIndicator, correlationValue }),
})

/** KMIP 2.1 §6.1.23. */
export const Hash = defineOperation('Hash', {
  since: since12,
  repeatable: true,
  request: structure({
    cryptographicParameters: required('CryptographicParameters', CryptographicParameters),
    data: optional('Data', bytes),
    ...stream,
  }),
  response: structure({ data: optional('Data', bytes), correlationValue }),
})

/** KMIP 2.1 §6.1.50. */
export const RNGRetrieve = defineOperation('RNGRetrieve', {
  since: since12,
  repeatable: true,
  request: structure({ dataLength: required('DataLength', integer) }),
  response: structure({ data: required('Data', bytes) }),
})
