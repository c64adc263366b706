import {
  CertificateType,
  CryptographicAlgorithm,
  DigitalSignatureAlgorithm,
  KeyFormatType,
  NISTKeyType,
  ObjectType,
  OpaqueDataType,
  ProtectionLevel,
  SecretDataType,
  State,
} from '../names/enumerations.ts'
import { type TagName, tagNumber } from '../names/tags.ts'
import type { Range } from '../schema/field.ts'
import type { Type, ValueOf } from '../schema/type.ts'
import { boolean, bytes, dateTime, enumeration, integer, interval, label, text } from '../schema/types.ts'
import {
  AlternativeName,
  ApplicationSpecificInformation,
  CertificateIdentifier,
  CertificateIssuer,
  CertificateSubject,
  Digest,
  KeyValueLocation,
  Link,
  Name,
  RevocationReason,
  UsageLimits,
  X509CertificateIdentifier,
  X509CertificateIssuer,
  X509CertificateSubject,
} from './attribute-values.ts'
import { CryptographicDomainParameters, CryptographicParameters, RNGParameters } from './cryptography.ts'

/** One attribute: its tag in 2.x, its name in 1.x, and whether an object may have several. */
export interface AttributeRow<T, Many extends boolean = boolean> {
  readonly tag: number
  readonly wireName: string
  readonly many: Many
  readonly type: Type<T>
  readonly range: Range
}

const WIRE_NAMES: Readonly<Record<string, string>> = {
  X_509CertificateIdentifier: 'X.509 Certificate Identifier',
  X_509CertificateIssuer: 'X.509 Certificate Issuer',
  X_509CertificateSubject: 'X.509 Certificate Subject',
  PKCS_12FriendlyName: 'PKCS#12 Friendly Name',
}

function wireName(name: TagName): string {
  return WIRE_NAMES[name] ?? name.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
}

function one<T>(name: TagName, type: Type<T>, range: Range = {}): AttributeRow<T, false> {
  return { tag: tagNumber(name), wireName: wireName(name), many: false, type, range }
}

function many<T>(name: TagName, type: Type<T>, range: Range = {}): AttributeRow<T, true> {
  return { ...one(name, type, range), many: true }
}

const since = {
  v11: { since: '1.1' },
  v12: { since: '1.2' },
  v13: { since: '1.3' },
  v14: { since: '1.4' },
  v20: { since: '2.0' },
} as const
const until14 = { until: '1.4' } as const

/** The attributes of KMIP 1.0 to 2.1 (KMIP 2.1 §4, KMIP 1.4 §3). */
export const attributeTable = {
  uniqueIdentifier: one('UniqueIdentifier', label),
  name: many('Name', Name),
  objectType: one('ObjectType', enumeration(ObjectType)),
  cryptographicAlgorithm: one('CryptographicAlgorithm', enumeration(CryptographicAlgorithm)),
  cryptographicLength: one('CryptographicLength', integer),
  cryptographicParameters: many('CryptographicParameters', CryptographicParameters),
  cryptographicDomainParameters: one('CryptographicDomainParameters', CryptographicDomainParameters),
  certificateType: one('CertificateType', enumeration(CertificateType)),
  certificateLength: one('CertificateLength', integer, since.v11),
  x509CertificateIdentifier: one('X_509CertificateIdentifier', X509CertificateIdentifier, since.v11),
  x509CertificateSubject: one('X_509CertificateSubject', X509CertificateSubject, since.v11),
  x509CertificateIssuer: one('X_509CertificateIssuer', X509CertificateIssuer, since.v11),
  certificateIdentifier: one('CertificateIdentifier', CertificateIdentifier, until14),
  certificateSubject: one('CertificateSubject', CertificateSubject, until14),
  certificateIssuer: one('CertificateIssuer', CertificateIssuer, until14),
  digitalSignatureAlgorithm: many('DigitalSignatureAlgorithm', enumeration(DigitalSignatureAlgorithm), since.v11),
  digest: many('Digest', Digest),
  operationPolicyName: one('OperationPolicyName', label, until14),
  cryptographicUsageMask: one('CryptographicUsageMask', integer),
  leaseTime: one('LeaseTime', interval),
  usageLimits: one('UsageLimits', UsageLimits),
  state: one('State', enumeration(State)),
  initialDate: one('InitialDate', dateTime),
  activationDate: one('ActivationDate', dateTime),
  processStartDate: one('ProcessStartDate', dateTime),
  protectStopDate: one('ProtectStopDate', dateTime),
  deactivationDate: one('DeactivationDate', dateTime),
  destroyDate: one('DestroyDate', dateTime),
  compromiseOccurrenceDate: one('CompromiseOccurrenceDate', dateTime),
  compromiseDate: one('CompromiseDate', dateTime),
  revocationReason: one('RevocationReason', RevocationReason),
  archiveDate: one('ArchiveDate', dateTime),
  objectGroup: many('ObjectGroup', label),
  fresh: one('Fresh', boolean, since.v11),
  link: many('Link', Link),
  applicationSpecificInformation: many('ApplicationSpecificInformation', ApplicationSpecificInformation),
  contactInformation: one('ContactInformation', text),
  lastChangeDate: one('LastChangeDate', dateTime),
  alternativeName: many('AlternativeName', AlternativeName, since.v12),
  keyValuePresent: one('KeyValuePresent', boolean, since.v12),
  keyValueLocation: many('KeyValueLocation', KeyValueLocation, since.v12),
  originalCreationDate: one('OriginalCreationDate', dateTime, since.v12),
  randomNumberGenerator: one('RandomNumberGenerator', RNGParameters, since.v13),
  pkcs12FriendlyName: one('PKCS_12FriendlyName', text, since.v14),
  description: one('Description', text, since.v14),
  comment: one('Comment', text, since.v14),
  sensitive: one('Sensitive', boolean, since.v14),
  alwaysSensitive: one('AlwaysSensitive', boolean, since.v14),
  extractable: one('Extractable', boolean, since.v14),
  neverExtractable: one('NeverExtractable', boolean, since.v14),
  keyFormatType: one('KeyFormatType', enumeration(KeyFormatType), since.v20),
  shortUniqueIdentifier: one('ShortUniqueIdentifier', bytes, since.v20),
  nistKeyType: one('NISTKeyType', enumeration(NISTKeyType), since.v20),
  protectionLevel: one('ProtectionLevel', enumeration(ProtectionLevel), since.v20),
  protectionPeriod: one('ProtectionPeriod', interval, since.v20),
  protectionStorageMask: one('ProtectionStorageMask', integer, since.v20),
  quantumSafe: one('QuantumSafe', boolean, since.v20),
  opaqueDataType: one('OpaqueDataType', enumeration(OpaqueDataType), since.v20),
  secretDataType: one('SecretDataType', enumeration(SecretDataType), since.v20),
  certificateSubjectCN: many('CertificateSubjectCN', text, since.v20),
  certificateIssuerCN: many('CertificateIssuerCN', text, since.v20),
} as const

type Table = typeof attributeTable

/** An attribute that the standard knows, by the property that holds it. */
export type AttributeName = keyof Table

/** Attributes of one object, the same in every protocol version; those that may come several times are arrays. */
export type AttributeSet = {
  readonly [K in AttributeName]?: Table[K]['many'] extends true
    ? readonly ValueOf<Table[K]['type']>[]
    : ValueOf<Table[K]['type']>
} & {
  readonly vendorAttributes?: readonly ValueOf<typeof import('./attribute-values.ts').VendorAttribute>[]
}

/** The row of an attribute. */
export function attributeRow(name: string): AttributeRow<unknown> | undefined {
  return Object.hasOwn(attributeTable, name) ? attributeTable[name as AttributeName] : undefined
}

const entries = Object.entries(attributeTable) as [AttributeName, AttributeRow<unknown>][]
const byTag = new Map(entries.map(([name, row]) => [row.tag, name]))
const byWireName = new Map(entries.map(([name, row]) => [row.wireName, name]))

/** The attribute with this tag in 2.x. */
export function attributeByTag(tag: number): AttributeName | undefined {
  return byTag.get(tag)
}

/** The attribute with this name in 1.x. */
export function attributeByWireName(name: string): AttributeName | undefined {
  return byWireName.get(name)
}
