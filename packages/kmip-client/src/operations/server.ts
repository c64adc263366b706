import { RNGParameters } from '../messages/cryptography.ts'
import { ProtocolVersion } from '../messages/header.ts'
import {
  AttestationType,
  CancellationResult,
  ClientRegistrationMethod,
  DestroyAction,
  ItemTypeName,
  ObjectType,
  OperationCode,
  QueryFunction,
  RNGMode,
  ShreddingAlgorithm,
  UnwrapMode,
  ValidationAuthorityType,
  ValidationType,
} from '../names/enumerations.ts'
import { list, optional, repeated, required } from '../schema/field.ts'
import { nothing, structure } from '../schema/structure.ts'
import { anything, boolean, bytes, enumeration, integer, label } from '../schema/types.ts'
import { defineOperation } from './operation.ts'

/** KMIP 2.1 §6.1.16. An empty list asks for all. */
export const DiscoverVersions = defineOperation('DiscoverVersions', {
  since: '1.1',
  repeatable: true,
  request: structure({ protocolVersions: list('ProtocolVersion', ProtocolVersion) }),
  response: structure({ protocolVersions: list('ProtocolVersion', ProtocolVersion) }),
})

/** KMIP 2.1 §7.12. */
const ExtensionInformation = structure({
  extensionName: required('ExtensionName', label),
  extensionTag: optional('ExtensionTag', integer),
  extensionType: optional('ExtensionType', enumerationOrInteger()),
})

function enumerationOrInteger() {
  const byName = enumeration(ItemTypeName)
  return {
    ...byName,
    read: (decoder: Parameters<typeof byName.read>[0]) =>
      decoder.type === 2 ? integer.read(decoder) : byName.read(decoder),
  }
}

/** KMIP 2.1 §7.5. */
const CapabilityInformation = structure({
  streamingCapability: optional('StreamingCapability', boolean),
  asynchronousCapability: optional('AsynchronousCapability', boolean),
  attestationCapability: optional('AttestationCapability', boolean),
  batchUndoCapability: optional('BatchUndoCapability', boolean),
  batchContinueCapability: optional('BatchContinueCapability', boolean),
  unwrapMode: optional('UnwrapMode', enumeration(UnwrapMode)),
  destroyAction: optional('DestroyAction', enumeration(DestroyAction)),
  shreddingAlgorithm: optional('ShreddingAlgorithm', enumeration(ShreddingAlgorithm)),
  rngMode: optional('RNGMode', enumeration(RNGMode)),
  quantumSafeCapability: optional('QuantumSafeCapability', boolean),
})

/** KMIP 2.1 §7.37. */
const ValidationInformation = structure({
  validationAuthorityType: required('ValidationAuthorityType', enumeration(ValidationAuthorityType)),
  validationAuthorityCountry: optional('ValidationAuthorityCountry', label),
  validationAuthorityURI: optional('ValidationAuthorityURI', label),
  validationVersionMajor: required('ValidationVersionMajor', integer),
  validationVersionMinor: optional('ValidationVersionMinor', integer),
  validationType: required('ValidationType', enumeration(ValidationType)),
  validationLevel: required('ValidationLevel', integer),
  validationCertificateIdentifier: optional('ValidationCertificateIdentifier', label),
  validationCertificateURI: optional('ValidationCertificateURI', label),
  validationVendorURI: optional('ValidationVendorURI', label),
  validationProfiles: repeated('ValidationProfile', label),
})

/** KMIP 2.1 §6.1.37. What a server says of itself need not be true: absence from the list proves nothing. */
export const Query = defineOperation('Query', {
  repeatable: true,
  request: structure({ queryFunctions: list('QueryFunction', enumeration(QueryFunction)) }),
  response: structure({
    operations: repeated('Operation', enumeration(OperationCode)),
    objectTypes: repeated('ObjectType', enumeration(ObjectType)),
    vendorIdentification: optional('VendorIdentification', label),
    serverInformation: optional('ServerInformation', anything),
    applicationNamespaces: repeated('ApplicationNamespace', label),
    extensionInformation: repeated('ExtensionInformation', ExtensionInformation),
    attestationTypes: repeated('AttestationType', enumeration(AttestationType)),
    rngParameters: repeated('RNGParameters', RNGParameters),
    profileInformation: repeated('ProfileInformation', anything),
    validationInformation: repeated('ValidationInformation', ValidationInformation),
    capabilityInformation: repeated('CapabilityInformation', CapabilityInformation),
    clientRegistrationMethods: repeated('ClientRegistrationMethod', enumeration(ClientRegistrationMethod)),
    defaultsInformation: optional('DefaultsInformation', anything),
    protectionStorageMasks: repeated('ProtectionStorageMasks', anything),
  }),
})

const asynchronousCorrelationValue = required('AsynchronousCorrelationValue', bytes)

/** KMIP 2.1 §6.1.35. The answer is that of the operation that was waited for. */
export const Poll = defineOperation('Poll', {
  repeatable: true,
  request: structure({ asynchronousCorrelationValue }),
  response: nothing,
})

/** KMIP 2.1 §6.1.6. */
export const Cancel = defineOperation('Cancel', {
  repeatable: true,
  request: structure({ asynchronousCorrelationValue }),
  response: structure({
    asynchronousCorrelationValue,
    cancellationResult: required('CancellationResult', enumeration(CancellationResult)),
  }),
})
