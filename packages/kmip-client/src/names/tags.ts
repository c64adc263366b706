// biome-ignore-all format: a table reads better in lines than in a column of one name each.
const FIRST_TAG = 0x420001

// KMIP 2.1 §11.56 and KMIP 1.4 §9.1.3.1, in the order of their numbers; '' is a number that was never given a name.
const NAMES = [
  'ActivationDate', 'ApplicationData', 'ApplicationNamespace', 'ApplicationSpecificInformation', 'ArchiveDate',
  'AsynchronousCorrelationValue', 'AsynchronousIndicator', 'Attribute', 'AttributeIndex', 'AttributeName',
  'AttributeValue', 'Authentication', 'BatchCount', 'BatchErrorContinuationOption', 'BatchItem', 'BatchOrderOption',
  'BlockCipherMode', 'CancellationResult', 'Certificate', 'CertificateIdentifier', 'CertificateIssuer',
  'CertificateIssuerAlternativeName', 'CertificateIssuerDistinguishedName', 'CertificateRequest',
  'CertificateRequestType', 'CertificateSubject', 'CertificateSubjectAlternativeName',
  'CertificateSubjectDistinguishedName', 'CertificateType', 'CertificateValue', 'CommonTemplateAttribute',
  'CompromiseDate', 'CompromiseOccurrenceDate', 'ContactInformation', 'Credential', 'CredentialType',
  'CredentialValue', 'CriticalityIndicator', 'CRTCoefficient', 'CryptographicAlgorithm',
  'CryptographicDomainParameters', 'CryptographicLength', 'CryptographicParameters', 'CryptographicUsageMask',
  'CustomAttribute', 'D', 'DeactivationDate', 'DerivationData', 'DerivationMethod', 'DerivationParameters',
  'DestroyDate', 'Digest', 'DigestValue', 'EncryptionKeyInformation', 'G', 'HashingAlgorithm', 'InitialDate',
  'InitializationVector', 'Issuer', 'IterationCount', 'IVCounterNonce', 'J', 'Key', 'KeyBlock', 'KeyCompressionType',
  'KeyFormatType', 'KeyMaterial', 'KeyPartIdentifier', 'KeyValue', 'KeyWrappingData', 'KeyWrappingSpecification',
  'LastChangeDate', 'LeaseTime', 'Link', 'LinkType', 'LinkedObjectIdentifier', 'MACSignature',
  'MACSignatureKeyInformation', 'MaximumItems', 'MaximumResponseSize', 'MessageExtension', 'Modulus', 'Name',
  'NameType', 'NameValue', 'ObjectGroup', 'ObjectType', 'Offset', 'OpaqueDataType', 'OpaqueDataValue', 'OpaqueObject',
  'Operation', 'OperationPolicyName', 'P', 'PaddingMethod', 'PrimeExponentP', 'PrimeExponentQ', 'PrimeFieldSize',
  'PrivateExponent', 'PrivateKey', 'PrivateKeyTemplateAttribute', 'PrivateKeyUniqueIdentifier', 'ProcessStartDate',
  'ProtectStopDate', 'ProtocolVersion', 'ProtocolVersionMajor', 'ProtocolVersionMinor', 'PublicExponent', 'PublicKey',
  'PublicKeyTemplateAttribute', 'PublicKeyUniqueIdentifier', 'PutFunction', 'Q', 'QString', 'Qlength',
  'QueryFunction', 'RecommendedCurve', 'ReplacedUniqueIdentifier', 'RequestHeader', 'RequestMessage',
  'RequestPayload', 'ResponseHeader', 'ResponseMessage', 'ResponsePayload', 'ResultMessage', 'ResultReason',
  'ResultStatus', 'RevocationMessage', 'RevocationReason', 'RevocationReasonCode', 'KeyRoleType', 'Salt',
  'SecretData', 'SecretDataType', 'SerialNumber', 'ServerInformation', 'SplitKey', 'SplitKeyMethod', 'SplitKeyParts',
  'SplitKeyThreshold', 'State', 'StorageStatusMask', 'SymmetricKey', 'Template', 'TemplateAttribute', 'TimeStamp',
  'UniqueBatchItemID', 'UniqueIdentifier', 'UsageLimits', 'UsageLimitsCount', 'UsageLimitsTotal', 'UsageLimitsUnit',
  'Username', 'ValidityDate', 'ValidityIndicator', 'VendorExtension', 'VendorIdentification', 'WrappingMethod', 'X',
  'Y', 'Password', 'DeviceIdentifier', 'EncodingOption', 'ExtensionInformation', 'ExtensionName', 'ExtensionTag',
  'ExtensionType', 'Fresh', 'MachineIdentifier', 'MediaIdentifier', 'NetworkIdentifier', 'ObjectGroupMember',
  'CertificateLength', 'DigitalSignatureAlgorithm', 'CertificateSerialNumber', 'DeviceSerialNumber',
  'IssuerAlternativeName', 'IssuerDistinguishedName', 'SubjectAlternativeName', 'SubjectDistinguishedName',
  'X_509CertificateIdentifier', 'X_509CertificateIssuer', 'X_509CertificateSubject', 'KeyValueLocation',
  'KeyValueLocationValue', 'KeyValueLocationType', 'KeyValuePresent', 'OriginalCreationDate', 'PGPKey',
  'PGPKeyVersion', 'AlternativeName', 'AlternativeNameValue', 'AlternativeNameType', 'Data', 'SignatureData',
  'DataLength', 'RandomIV', 'MACData', 'AttestationType', 'Nonce', 'NonceID', 'NonceValue', 'AttestationMeasurement',
  'AttestationAssertion', 'IVLength', 'TagLength', 'FixedFieldLength', 'CounterLength', 'InitialCounterValue',
  'InvocationFieldLength', 'AttestationCapableIndicator', 'OffsetItems', 'LocatedItems', 'CorrelationValue',
  'InitIndicator', 'FinalIndicator', 'RNGParameters', 'RNGAlgorithm', 'DRBGAlgorithm', 'FIPS186Variation',
  'PredictionResistance', 'RandomNumberGenerator', 'ValidationInformation', 'ValidationAuthorityType',
  'ValidationAuthorityCountry', 'ValidationAuthorityURI', 'ValidationVersionMajor', 'ValidationVersionMinor',
  'ValidationType', 'ValidationLevel', 'ValidationCertificateIdentifier', 'ValidationCertificateURI',
  'ValidationVendorURI', 'ValidationProfile', 'ProfileInformation', 'ProfileName', 'ServerURI', 'ServerPort',
  'StreamingCapability', 'AsynchronousCapability', 'AttestationCapability', 'UnwrapMode', 'DestroyAction',
  'ShreddingAlgorithm', 'RNGMode', 'ClientRegistrationMethod', 'CapabilityInformation', 'KeyWrapType',
  'BatchUndoCapability', 'BatchContinueCapability', 'PKCS_12FriendlyName', 'Description', 'Comment',
  'AuthenticatedEncryptionAdditionalData', 'AuthenticatedEncryptionTag', 'SaltLength', 'MaskGenerator',
  'MaskGeneratorHashingAlgorithm', 'PSource', 'TrailerField', 'ClientCorrelationValue', 'ServerCorrelationValue',
  'DigestedData', 'CertificateSubjectCN', 'CertificateSubjectO', 'CertificateSubjectOU', 'CertificateSubjectEmail',
  'CertificateSubjectC', 'CertificateSubjectST', 'CertificateSubjectL', 'CertificateSubjectUID',
  'CertificateSubjectSerialNumber', 'CertificateSubjectTitle', 'CertificateSubjectDC', 'CertificateSubjectDNQualifier',
  'CertificateIssuerCN', 'CertificateIssuerO', 'CertificateIssuerOU', 'CertificateIssuerEmail', 'CertificateIssuerC',
  'CertificateIssuerST', 'CertificateIssuerL', 'CertificateIssuerUID', 'CertificateIssuerSerialNumber',
  'CertificateIssuerTitle', 'CertificateIssuerDC', 'CertificateIssuerDNQualifier', 'Sensitive', 'AlwaysSensitive',
  'Extractable', 'NeverExtractable', 'ReplaceExisting', 'Attributes', 'CommonAttributes', 'PrivateKeyAttributes',
  'PublicKeyAttributes', 'ExtensionEnumeration', 'ExtensionAttribute', 'ExtensionParentStructureTag',
  'ExtensionDescription', 'ServerName', 'ServerSerialNumber', 'ServerVersion', 'ServerLoad', 'ProductName',
  'BuildLevel', 'BuildDate', 'ClusterInfo', 'AlternateFailoverEndpoints', 'ShortUniqueIdentifier', 'Reserved', 'Tag',
  'CertificateRequestUniqueIdentifier', 'NISTKeyType', 'AttributeReference', 'CurrentAttribute', 'NewAttribute', '',
  '', 'CertificateRequestValue', 'LogMessage', 'ProfileVersion', 'ProfileVersionMajor', 'ProfileVersionMinor',
  'ProtectionLevel', 'ProtectionPeriod', 'QuantumSafe', 'QuantumSafeCapability', 'Ticket', 'TicketType', 'TicketValue',
  'RequestCount', 'Rights', 'Objects', 'Operations', 'Right', 'EndpointRole', 'DefaultsInformation', 'ObjectDefaults',
  'Ephemeral', 'ServerHashedPassword', 'OneTimePassword', 'HashedPassword', 'AdjustmentType', 'PKCS_11Interface',
  'PKCS_11Function', 'PKCS_11InputParameters', 'PKCS_11OutputParameters', 'PKCS_11ReturnCode', 'ProtectionStorageMask',
  'ProtectionStorageMasks', 'InteropFunction', 'InteropIdentifier', 'AdjustmentValue',
  'CommonProtectionStorageMasks', 'PrivateProtectionStorageMasks', 'PublicProtectionStorageMasks', 'ObjectGroups',
  'ObjectTypes', 'Constraints', 'Constraint', 'RotateInterval', 'RotateAutomatic', 'RotateOffset', 'RotateDate',
  'RotateGeneration', 'RotateName', 'RotateNameValue', 'RotateNameType', 'RotateLatest', 'AsynchronousRequest',
  'SubmissionDate', 'ProcessingStage', 'AsynchronousCorrelationValues',
] as const

/** The name of a tag as KMIP's XML encoding writes it. */
export type TagName = Exclude<(typeof NAMES)[number], ''>

const numbers = new Map<string, number>(NAMES.map((name, index) => [name, FIRST_TAG + index]))
numbers.delete('')

/** The 24-bit number of a standard tag. */
export function tagNumber(name: TagName): number {
  return numbers.get(name) ?? 0
}

/** The number of a tag by a name that may be nobody's. */
export function findTag(name: string): number | undefined {
  return numbers.get(name)
}

/** The name of a tag; unknown and vendor tags are written as six hex digits after `0x`. */
export function tagName(tag: number): string {
  return NAMES[tag - FIRST_TAG] || `0x${tag.toString(16).toUpperCase().padStart(6, '0')}`
}

/** Whether the standard names this tag. */
export function isStandardTag(tag: number): boolean {
  return Boolean(NAMES[tag - FIRST_TAG])
}
