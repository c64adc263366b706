import {
  CertificateRequestType,
  CertificateType,
  CryptographicAlgorithm,
  EncodingOption,
  KeyCompressionType,
  KeyFormatType,
  OpaqueDataType,
  RecommendedCurve,
  SecretDataType,
  SplitKeyMethod,
  WrappingMethod,
} from '../names/enumerations.ts'
import { optional, required } from '../schema/field.ts'
import { structure } from '../schema/structure.ts'
import type { ValueOf } from '../schema/type.ts'
import { bigInteger, bytes, bytesOr, enumeration, integer, label } from '../schema/types.ts'
import { attributeReferences, inlineAttributes } from './attribute-fields.ts'
import { CryptographicParameters } from './cryptography.ts'

/** The numbers of a key laid open: which of them are there follows from the key format type (KMIP 2.1 §3.4 to §3.15). */
export const TransparentKey = structure({
  key: optional('Key', bytes),
  modulus: optional('Modulus', bigInteger),
  privateExponent: optional('PrivateExponent', bigInteger),
  publicExponent: optional('PublicExponent', bigInteger),
  p: optional('P', bigInteger),
  q: optional('Q', bigInteger),
  g: optional('G', bigInteger),
  j: optional('J', bigInteger),
  primeExponentP: optional('PrimeExponentP', bigInteger),
  primeExponentQ: optional('PrimeExponentQ', bigInteger),
  crtCoefficient: optional('CRTCoefficient', bigInteger),
  x: optional('X', bigInteger),
  y: optional('Y', bigInteger),
  recommendedCurve: optional('RecommendedCurve', enumeration(RecommendedCurve)),
  d: optional('D', bigInteger),
  qString: optional('QString', bytes),
})
export type TransparentKey = ValueOf<typeof TransparentKey>

/** KMIP 2.1 §3.2: the material, and attributes that travel wrapped with it. */
export const KeyValue = structure({
  keyMaterial: required('KeyMaterial', bytesOr(TransparentKey)),
  attributes: inlineAttributes(),
})

const KeyInformation = structure({
  uniqueIdentifier: required('UniqueIdentifier', label),
  cryptographicParameters: optional('CryptographicParameters', CryptographicParameters),
})

/** KMIP 2.1 §3.1.3: how a key value was wrapped. */
export const KeyWrappingData = structure({
  wrappingMethod: required('WrappingMethod', enumeration(WrappingMethod)),
  encryptionKeyInformation: optional('EncryptionKeyInformation', KeyInformation),
  macSignatureKeyInformation: optional('MACSignatureKeyInformation', KeyInformation),
  macSignature: optional('MACSignature', bytes),
  ivCounterNonce: optional('IVCounterNonce', bytes),
  encodingOption: optional('EncodingOption', enumeration(EncodingOption), { since: '1.1' }),
})

/** KMIP 2.1 §7.15: how a key value shall be wrapped. */
export const KeyWrappingSpecification = structure({
  wrappingMethod: required('WrappingMethod', enumeration(WrappingMethod)),
  encryptionKeyInformation: optional('EncryptionKeyInformation', KeyInformation),
  macSignatureKeyInformation: optional('MACSignatureKeyInformation', KeyInformation),
  attributeNames: attributeReferences(),
  encodingOption: optional('EncodingOption', enumeration(EncodingOption), { since: '1.1' }),
})

/** KMIP 2.1 §3.1. A key value that was wrapped without encoding is a byte string. */
export const KeyBlock = structure({
  keyFormatType: required('KeyFormatType', enumeration(KeyFormatType)),
  keyCompressionType: optional('KeyCompressionType', enumeration(KeyCompressionType)),
  keyValue: optional('KeyValue', bytesOr(KeyValue)),
  cryptographicAlgorithm: optional('CryptographicAlgorithm', enumeration(CryptographicAlgorithm)),
  cryptographicLength: optional('CryptographicLength', integer),
  keyWrappingData: optional('KeyWrappingData', KeyWrappingData),
})
export type KeyBlock = ValueOf<typeof KeyBlock>

const Key = structure({ keyBlock: required('KeyBlock', KeyBlock) })

const Certificate = structure({
  certificateType: required('CertificateType', enumeration(CertificateType)),
  certificateValue: required('CertificateValue', bytes),
})

const CertificateRequest = structure({
  certificateRequestType: required('CertificateRequestType', enumeration(CertificateRequestType)),
  certificateRequestValue: required('CertificateRequestValue', bytes),
})

const SplitKey = structure({
  splitKeyParts: required('SplitKeyParts', integer),
  keyPartIdentifier: required('KeyPartIdentifier', integer),
  splitKeyThreshold: required('SplitKeyThreshold', integer),
  splitKeyMethod: required('SplitKeyMethod', enumeration(SplitKeyMethod)),
  primeFieldSize: optional('PrimeFieldSize', bigInteger),
  keyBlock: required('KeyBlock', KeyBlock),
})

const SecretData = structure({
  secretDataType: required('SecretDataType', enumeration(SecretDataType)),
  keyBlock: required('KeyBlock', KeyBlock),
})

const OpaqueObject = structure({
  opaqueDataType: required('OpaqueDataType', enumeration(OpaqueDataType)),
  opaqueDataValue: required('OpaqueDataValue', bytes),
})

const PGPKey = structure({
  pgpKeyVersion: required('PGPKeyVersion', integer),
  keyBlock: required('KeyBlock', KeyBlock),
})

const Template = structure({ attributes: inlineAttributes() })

/** The rows of a payload that carries one object (KMIP 2.1 §2): the one that the object type names is there. */
export const managedObject = {
  certificate: optional('Certificate', Certificate),
  certificateRequest: optional('CertificateRequest', CertificateRequest),
  symmetricKey: optional('SymmetricKey', Key),
  publicKey: optional('PublicKey', Key),
  privateKey: optional('PrivateKey', Key),
  splitKey: optional('SplitKey', SplitKey),
  template: optional('Template', Template, { until: '1.4' }),
  secretData: optional('SecretData', SecretData),
  opaqueObject: optional('OpaqueObject', OpaqueObject),
  pgpKey: optional('PGPKey', PGPKey, { since: '1.2' }),
} as const
