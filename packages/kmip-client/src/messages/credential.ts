import { AttestationType, CredentialType, HashingAlgorithm, TicketType } from '../names/enumerations.ts'
import { list, optional, required } from '../schema/field.ts'
import { structure } from '../schema/structure.ts'
import type { ValueOf } from '../schema/type.ts'
import { bytes, bytesOr, dateTimeExtended, enumeration, text } from '../schema/types.ts'

/** KMIP 2.1 §7.17. */
export const Nonce = structure({
  nonceID: required('NonceID', bytes),
  nonceValue: required('NonceValue', bytes),
})

/** KMIP 2.1 §7.34. */
export const Ticket = structure({
  ticketType: required('TicketType', enumeration(TicketType)),
  ticketValue: required('TicketValue', bytes),
})

// One table for all types: the credential type says which of these are there, and their order is the same in all.
const CredentialValue = structure({
  username: optional('Username', text),
  deviceSerialNumber: optional('DeviceSerialNumber', text, { since: '1.1' }),
  password: optional('Password', text),
  oneTimePassword: optional('OneTimePassword', text, { since: '2.0' }),
  deviceIdentifier: optional('DeviceIdentifier', text, { since: '1.1' }),
  networkIdentifier: optional('NetworkIdentifier', text, { since: '1.1' }),
  machineIdentifier: optional('MachineIdentifier', text, { since: '1.1' }),
  mediaIdentifier: optional('MediaIdentifier', text, { since: '1.1' }),
  nonce: optional('Nonce', Nonce, { since: '1.2' }),
  attestationType: optional('AttestationType', enumeration(AttestationType), { since: '1.2' }),
  attestationMeasurement: optional('AttestationMeasurement', bytes, { since: '1.2' }),
  attestationAssertion: optional('AttestationAssertion', bytes, { since: '1.2' }),
  timeStamp: optional('TimeStamp', dateTimeExtended, { since: '2.0' }),
  hashingAlgorithm: optional('HashingAlgorithm', enumeration(HashingAlgorithm), { since: '2.0' }),
  hashedPassword: optional('HashedPassword', bytes, { since: '2.0' }),
  ticket: optional('Ticket', Ticket, { since: '2.0' }),
})

/** KMIP 2.1 §7.10: who asks, beside the client certificate. A type of a vendor has bytes or a structure of its own. */
export const Credential = structure({
  credentialType: required('CredentialType', enumeration(CredentialType)),
  credentialValue: required('CredentialValue', bytesOr(CredentialValue)),
})
export type Credential = ValueOf<typeof Credential>

/** KMIP 2.1 §9.3. */
export const Authentication = structure({
  credentials: list('Credential', Credential),
})
