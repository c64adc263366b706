import {
  AsynchronousIndicator,
  AttestationType,
  BatchErrorContinuationOption,
  type EnumerationValue,
} from '../names/enumerations.ts'
import { optional, repeated, required } from '../schema/field.ts'
import { structure } from '../schema/structure.ts'
import type { Type, ValueOf } from '../schema/type.ts'
import { boolean, bytes, dateTime, enumeration, integer, text } from '../schema/types.ts'
import { ItemType } from '../ttlv/item-type.ts'
import { Authentication, Nonce } from './credential.ts'

/** KMIP 2.1 §9.14. */
export const ProtocolVersion = structure({
  major: required('ProtocolVersionMajor', integer),
  minor: required('ProtocolVersionMinor', integer),
})

const indicator = enumeration(AsynchronousIndicator)

// A Boolean in 1.x: all but `Prohibited` allow the server to answer later.
const asynchronousIndicator: Type<EnumerationValue<typeof AsynchronousIndicator>> = {
  read(decoder) {
    if (decoder.type !== ItemType.Boolean) return indicator.read(decoder)
    return boolean.read(decoder) ? 'Mandatory' : 'Prohibited'
  },
  write(encoder, tag, value) {
    if (encoder.rank < 20) encoder.boolean(tag, value !== 'Prohibited')
    else indicator.write(encoder, tag, value)
  },
  show: (value) => value,
}

/** KMIP 2.1 §8.1. */
export const RequestHeader = structure({
  protocolVersion: required('ProtocolVersion', ProtocolVersion),
  maximumResponseSize: optional('MaximumResponseSize', integer),
  clientCorrelationValue: optional('ClientCorrelationValue', text, { since: '1.4' }),
  serverCorrelationValue: optional('ServerCorrelationValue', text, { since: '1.4' }),
  asynchronousIndicator: optional('AsynchronousIndicator', asynchronousIndicator),
  attestationCapableIndicator: optional('AttestationCapableIndicator', boolean, { since: '1.2' }),
  attestationTypes: repeated('AttestationType', enumeration(AttestationType), { since: '1.2' }),
  authentication: optional('Authentication', Authentication),
  batchErrorContinuationOption: optional('BatchErrorContinuationOption', enumeration(BatchErrorContinuationOption)),
  batchOrderOption: optional('BatchOrderOption', boolean),
  timeStamp: optional('TimeStamp', dateTime),
  batchCount: required('BatchCount', integer),
})
export type RequestHeader = ValueOf<typeof RequestHeader>

/** KMIP 2.1 §8.2. */
export const ResponseHeader = structure({
  protocolVersion: required('ProtocolVersion', ProtocolVersion),
  timeStamp: optional('TimeStamp', dateTime),
  nonce: optional('Nonce', Nonce),
  serverHashedPassword: optional('ServerHashedPassword', bytes),
  attestationTypes: repeated('AttestationType', enumeration(AttestationType)),
  clientCorrelationValue: optional('ClientCorrelationValue', text),
  serverCorrelationValue: optional('ServerCorrelationValue', text),
  batchCount: optional('BatchCount', integer),
})
export type ResponseHeader = ValueOf<typeof ResponseHeader>
