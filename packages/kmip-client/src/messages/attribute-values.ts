import {
  AlternativeNameType,
  HashingAlgorithm,
  KeyFormatType,
  KeyValueLocationType,
  LinkType,
  NameType,
  RevocationReasonCode,
  UsageLimitsUnit,
} from '../names/enumerations.ts'
import { optional, repeated, required } from '../schema/field.ts'
import { structure } from '../schema/structure.ts'
import { anything, bytes, enumeration, label, longInteger, text } from '../schema/types.ts'
import { identifier } from './identifier.ts'

/** KMIP 2.1 §4.41. */
export const Name = structure({
  nameValue: required('NameValue', label),
  nameType: required('NameType', enumeration(NameType)),
})

/** KMIP 2.1 §4.5. */
export const AlternativeName = structure({
  alternativeNameValue: required('AlternativeNameValue', label),
  alternativeNameType: required('AlternativeNameType', enumeration(AlternativeNameType)),
})

/** KMIP 2.1 §4.38. */
export const Link = structure({
  linkType: required('LinkType', enumeration(LinkType)),
  linkedObjectIdentifier: required('LinkedObjectIdentifier', identifier),
})

/** KMIP 2.1 §4.7. */
export const ApplicationSpecificInformation = structure({
  applicationNamespace: required('ApplicationNamespace', label),
  applicationData: optional('ApplicationData', text),
})

/** KMIP 2.1 §4.23. */
export const Digest = structure({
  hashingAlgorithm: required('HashingAlgorithm', enumeration(HashingAlgorithm)),
  digestValue: optional('DigestValue', bytes),
  keyFormatType: optional('KeyFormatType', enumeration(KeyFormatType)),
})

/** KMIP 2.1 §4.53. */
export const RevocationReason = structure({
  revocationReasonCode: required('RevocationReasonCode', enumeration(RevocationReasonCode)),
  revocationMessage: optional('RevocationMessage', text),
})

/** KMIP 2.1 §4.62. */
export const UsageLimits = structure({
  usageLimitsTotal: required('UsageLimitsTotal', longInteger),
  usageLimitsCount: optional('UsageLimitsCount', longInteger),
  usageLimitsUnit: required('UsageLimitsUnit', enumeration(UsageLimitsUnit)),
})

/** KMIP 2.1 §4.34. */
export const KeyValueLocation = structure({
  keyValueLocationValue: required('KeyValueLocationValue', text),
  keyValueLocationType: required('KeyValueLocationType', enumeration(KeyValueLocationType)),
})

/** KMIP 2.1 §4.64. */
export const X509CertificateIdentifier = structure({
  issuerDistinguishedName: required('IssuerDistinguishedName', bytes),
  certificateSerialNumber: required('CertificateSerialNumber', bytes),
})

/** KMIP 2.1 §4.66. */
export const X509CertificateSubject = structure({
  subjectDistinguishedName: required('SubjectDistinguishedName', bytes),
  subjectAlternativeName: repeated('SubjectAlternativeName', bytes),
})

/** KMIP 2.1 §4.65. */
export const X509CertificateIssuer = structure({
  issuerDistinguishedName: required('IssuerDistinguishedName', bytes),
  issuerAlternativeName: repeated('IssuerAlternativeName', bytes),
})

/** KMIP 1.4 §3.9, deprecated there. */
export const CertificateIdentifier = structure({
  issuer: required('Issuer', text),
  serialNumber: optional('SerialNumber', text),
})

/** KMIP 1.4 §3.10, deprecated there. */
export const CertificateSubject = structure({
  certificateSubjectDistinguishedName: required('CertificateSubjectDistinguishedName', text),
  certificateSubjectAlternativeName: repeated('CertificateSubjectAlternativeName', text),
})

/** KMIP 1.4 §3.11, deprecated there. */
export const CertificateIssuer = structure({
  certificateIssuerDistinguishedName: required('CertificateIssuerDistinguishedName', text),
  certificateIssuerAlternativeName: repeated('CertificateIssuerAlternativeName', text),
})

/** An attribute that the standard does not know: `x-…` and `y-…` of 1.x are the vendors `x` and `y` of 2.x (KMIP 2.1 §4.67). */
export const VendorAttribute = structure({
  vendorIdentification: required('VendorIdentification', label),
  attributeName: required('AttributeName', label),
  attributeValue: required('AttributeValue', anything),
})
