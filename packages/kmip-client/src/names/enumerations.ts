// biome-ignore-all format: a table reads better in lines than in a column of one name each.
/** Names of an enumeration and their numbers; names as KMIP's XML encoding writes them. */
export type Names = Readonly<Record<string, number>>

/** What a field of this enumeration holds: a name, or the number of a value that has none here (extensions, newer versions). */
export type EnumerationValue<N extends Names> = (keyof N & string) | number

function numbered<const N extends readonly string[]>(first: number, ...names: N): Readonly<Record<N[number], number>> {
  return Object.fromEntries(names.map((name, index) => [name, first + index])) as Record<N[number], number>
}

/** KMIP 2.1 §11.34; `Template` ended with 1.4. */
export const ObjectType = numbered(
  1, 'Certificate', 'SymmetricKey', 'PublicKey', 'PrivateKey', 'SplitKey', 'Template', 'SecretData', 'OpaqueObject', 'PGPKey', 'CertificateRequest',
)

/** KMIP 2.1 §11.36. */
export const OperationCode = numbered(
  1, 'Create', 'CreateKeyPair', 'Register', 'ReKey', 'DeriveKey', 'Certify', 'ReCertify', 'Locate', 'Check', 'Get', 'GetAttributes',
  'GetAttributeList', 'AddAttribute', 'ModifyAttribute', 'DeleteAttribute', 'ObtainLease', 'GetUsageAllocation', 'Activate', 'Revoke', 'Destroy',
  'Archive', 'Recover', 'Validate', 'Query', 'Cancel', 'Poll', 'Notify', 'Put', 'ReKeyKeyPair', 'DiscoverVersions', 'Encrypt', 'Decrypt', 'Sign',
  'SignatureVerify', 'MAC', 'MACVerify', 'RNGRetrieve', 'RNGSeed', 'Hash', 'CreateSplitKey', 'JoinSplitKey', 'Import', 'Export', 'Log', 'Login',
  'Logout', 'DelegatedLogin', 'AdjustAttribute', 'SetAttribute', 'SetEndpointRole', 'PKCS_11', 'Interop', 'ReProvision', 'SetDefaults',
  'SetConstraints', 'GetConstraints', 'QueryAsynchronousRequests', 'Process', 'Ping',
)

/** KMIP 2.1 §11.12. */
export const CryptographicAlgorithm = numbered(
  1, 'DES', 'DES3', 'AES', 'RSA', 'DSA', 'ECDSA', 'HMAC_SHA1', 'HMAC_SHA224', 'HMAC_SHA256', 'HMAC_SHA384', 'HMAC_SHA512', 'HMAC_MD5', 'DH', 'ECDH',
  'ECMQV', 'Blowfish', 'Camellia', 'CAST5', 'IDEA', 'MARS', 'RC2', 'RC4', 'RC5', 'SKIPJACK', 'Twofish', 'EC', 'OneTimePad', 'ChaCha20', 'Poly1305',
  'ChaCha20Poly1305', 'SHA3_224', 'SHA3_256', 'SHA3_384', 'SHA3_512', 'HMAC_SHA3_224', 'HMAC_SHA3_256', 'HMAC_SHA3_384', 'HMAC_SHA3_512',
  'SHAKE_128', 'SHAKE_256', 'ARIA', 'SEED', 'SM2', 'SM3', 'SM4', 'GOSTR34_10_2012', 'GOSTR34_11_2012', 'GOSTR34_13_2015', 'GOST28147_89', 'XMSS',
  'SPHINCS_256', 'McEliece', 'McEliece_6960119', 'McEliece_8192128', 'Ed25519', 'Ed448',
)

/** KMIP 2.1 §11.25; 14 to 19 ended with 1.4. */
export const KeyFormatType = numbered(
  1, 'Raw', 'Opaque', 'PKCS_1', 'PKCS_8', 'X_509', 'ECPrivateKey', 'TransparentSymmetricKey', 'TransparentDSAPrivateKey', 'TransparentDSAPublicKey',
  'TransparentRSAPrivateKey', 'TransparentRSAPublicKey', 'TransparentDHPrivateKey', 'TransparentDHPublicKey', 'TransparentECDSAPrivateKey',
  'TransparentECDSAPublicKey', 'TransparentECDHPrivateKey', 'TransparentECDHPublicKey', 'TransparentECMQVPrivateKey', 'TransparentECMQVPublicKey',
  'TransparentECPrivateKey', 'TransparentECPublicKey', 'PKCS_12', 'PKCS_10',
)

/** KMIP 2.1 §11.24. */
export const KeyCompressionType = numbered(
  1, 'ECPublicKeyTypeUncompressed', 'ECPublicKeyTypeX9_62CompressedPrime', 'ECPublicKeyTypeX9_62CompressedChar2', 'ECPublicKeyTypeX9_62Hybrid',
)

/** KMIP 2.1 §11.45. */
export const RecommendedCurve = {
  ...numbered(1, 'P_192', 'K_163', 'B_163', 'P_224', 'K_233', 'B_233', 'P_256', 'K_283', 'B_283', 'P_384', 'K_409', 'B_409', 'P_521', 'K_571', 'B_571'),
  ...numbered(
    0x10, 'SECP112R1', 'SECP112R2', 'SECP128R1', 'SECP128R2', 'SECP160K1', 'SECP160R1', 'SECP160R2', 'SECP192K1', 'SECP224K1', 'SECP256K1',
    'SECT113R1', 'SECT113R2', 'SECT131R1', 'SECT131R2', 'SECT163R1', 'SECT193R1', 'SECT193R2', 'SECT239K1', 'ANSIX9P192V2', 'ANSIX9P192V3',
    'ANSIX9P239V1', 'ANSIX9P239V2', 'ANSIX9P239V3', 'ANSIX9C2PNB163V1', 'ANSIX9C2PNB163V2', 'ANSIX9C2PNB163V3', 'ANSIX9C2PNB176V1',
    'ANSIX9C2TNB191V1', 'ANSIX9C2TNB191V2', 'ANSIX9C2TNB191V3', 'ANSIX9C2PNB208W1', 'ANSIX9C2TNB239V1', 'ANSIX9C2TNB239V2', 'ANSIX9C2TNB239V3',
    'ANSIX9C2PNB272W1', 'ANSIX9C2PNB304W1', 'ANSIX9C2TNB359V1', 'ANSIX9C2PNB368W1', 'ANSIX9C2TNB431R1', 'BRAINPOOLP160R1', 'BRAINPOOLP160T1',
    'BRAINPOOLP192R1', 'BRAINPOOLP192T1', 'BRAINPOOLP224R1', 'BRAINPOOLP224T1', 'BRAINPOOLP256R1', 'BRAINPOOLP256T1', 'BRAINPOOLP320R1',
    'BRAINPOOLP320T1', 'BRAINPOOLP384R1', 'BRAINPOOLP384T1', 'BRAINPOOLP512R1', 'BRAINPOOLP512T1', 'CURVE25519', 'CURVE448',
  ),
}

/** KMIP 2.1 §11.46. */
export const ResultReason = {
  ...numbered(
    1, 'ItemNotFound', 'ResponseTooLarge', 'AuthenticationNotSuccessful', 'InvalidMessage', 'OperationNotSupported', 'MissingData', 'InvalidField',
    'FeatureNotSupported', 'OperationCanceledByRequester', 'CryptographicFailure', 'IllegalOperation', 'PermissionDenied', 'ObjectArchived',
    'IndexOutOfBounds', 'ApplicationNamespaceNotSupported', 'KeyFormatTypeNotSupported', 'KeyCompressionTypeNotSupported', 'EncodingOptionError',
    'KeyValueNotPresent', 'AttestationRequired', 'AttestationFailed', 'Sensitive', 'NotExtractable', 'ObjectAlreadyExists', 'InvalidTicket',
    'UsageLimitExceeded', 'NumericRange', 'InvalidDataType', 'ReadOnlyAttribute', 'MultiValuedAttribute', 'UnsupportedAttribute',
    'AttributeInstanceNotFound', 'AttributeNotFound', 'AttributeReadOnly', 'AttributeSingleValued', 'BadCryptographicParameters', 'BadPassword',
    'CodecError',
  ),
  ...numbered(
    0x28, 'IllegalObjectType', 'IncompatibleCryptographicUsageMask', 'InternalServerError', 'InvalidAsynchronousCorrelationValue',
    'InvalidAttribute', 'InvalidAttributeValue', 'InvalidCorrelationValue', 'InvalidCSR', 'InvalidObjectType',
  ),
  KeyWrapTypeNotSupported: 0x32,
  ...numbered(0x34, 'MissingInitializationVector', 'NonUniqueNameAttribute', 'ObjectDestroyed', 'ObjectNotFound'),
  ...numbered(
    0x39, 'NotAuthorized', 'ServerLimitExceeded', 'UnknownEnumeration', 'UnknownMessageExtension', 'UnknownTag',
    'UnsupportedCryptographicParameters', 'UnsupportedProtocolVersion', 'WrappingObjectArchived', 'WrappingObjectDestroyed',
    'WrappingObjectNotFound', 'WrongKeyLifecycleState', 'ProtectionStorageUnavailable', 'PKCS_11CodecError', 'PKCS_11InvalidFunction',
    'PKCS_11InvalidInterface', 'PrivateProtectionStorageUnavailable', 'PublicProtectionStorageUnavailable', 'UnknownObjectGroup',
    'ConstraintViolation', 'DuplicateProcessRequest',
  ),
  GeneralFailure: 0x100,
}

/** KMIP 2.1 §11.47. */
export const ResultStatus = numbered(0, 'Success', 'OperationFailed', 'OperationPending', 'OperationUndone')
/** KMIP 2.1 §11.55. */
export const State = numbered(1, 'PreActive', 'Active', 'Deactivated', 'Compromised', 'Destroyed', 'DestroyedCompromised')
/** KMIP 2.1 §11.11. */
export const CredentialType = numbered(1, 'UsernameAndPassword', 'Device', 'Attestation', 'OneTimePassword', 'HashedPassword', 'Ticket')
/** KMIP 2.1 §11.62. */
export const WrappingMethod = numbered(1, 'Encrypt', 'MACSign', 'EncryptThenMACSign', 'MACSignThenEncrypt', 'TR_31')
/** KMIP 2.1 §11.9. */
export const CertificateType = numbered(1, 'X_509', 'PGP')
/** KMIP 2.1 §11.8. */
export const CertificateRequestType = numbered(1, 'CRMF', 'PKCS_10', 'PEM', 'PGP')
/** KMIP 2.1 §11.52. */
export const SecretDataType = numbered(1, 'Password', 'Seed')
/** KMIP 2.1 §11.35: the standard names none; what others call "none" is the first extension. */
export const OpaqueDataType = {} as const
/** KMIP 2.1 §11.31. */
export const NameType = numbered(1, 'UninterpretedTextString', 'URI')
/** KMIP 2.1 §11.2. */
export const AlternativeNameType = numbered(
  1, 'UninterpretedTextString', 'URI', 'ObjectSerialNumber', 'EmailAddress', 'DNSName', 'X_500DistinguishedName', 'IPAddress',
)
/** KMIP 2.1 §11.6. */
export const BlockCipherMode = numbered(
  1, 'CBC', 'ECB', 'PCBC', 'CFB', 'OFB', 'CTR', 'CMAC', 'CCM', 'GCM', 'CBC_MAC', 'XTS', 'AESKeyWrapPadding', 'NISTKeyWrap', 'X9_102AESKW',
  'X9_102TDKW', 'X9_102AKW1', 'X9_102AKW2', 'AEAD',
)
/** KMIP 2.1 §11.37. */
export const PaddingMethod = numbered(
  1, 'None', 'OAEP', 'PKCS5', 'SSL3', 'Zeros', 'ANSIX9_23', 'ISO10126', 'PKCS1V1_5', 'X9_31', 'PSS',
)
/** KMIP 2.1 §11.21. */
export const HashingAlgorithm = numbered(
  1, 'MD2', 'MD4', 'MD5', 'SHA_1', 'SHA_224', 'SHA_256', 'SHA_384', 'SHA_512', 'RIPEMD_160', 'Tiger', 'Whirlpool', 'SHA_512_224', 'SHA_512_256',
  'SHA3_224', 'SHA3_256', 'SHA3_384', 'SHA3_512',
)
/** KMIP 2.1 §11.30. */
export const MaskGenerator = numbered(1, 'MGF1')
/** KMIP 2.1 §11.26. */
export const KeyRoleType = numbered(
  1, 'BDK', 'CVK', 'DEK', 'MKAC', 'MKSMC', 'MKSMI', 'MKDAC', 'MKDN', 'MKCP', 'MKOTH', 'KEK', 'MAC16609', 'MAC97971', 'MAC97972', 'MAC97973',
  'MAC97974', 'MAC97975', 'ZPK', 'PVKIBM', 'PVKPVV', 'PVKOTH', 'DUKPT', 'IV', 'TRKBK',
)
/** KMIP 2.1 §11.16. */
export const DigitalSignatureAlgorithm = numbered(
  1, 'MD2WithRSAEncryption', 'MD5WithRSAEncryption', 'SHA_1WithRSAEncryption', 'SHA_224WithRSAEncryption', 'SHA_256WithRSAEncryption',
  'SHA_384WithRSAEncryption', 'SHA_512WithRSAEncryption', 'RSASSA_PSS', 'DSAWithSHA_1', 'DSAWithSHA224', 'DSAWithSHA256', 'ECDSAWithSHA_1',
  'ECDSAWithSHA224', 'ECDSAWithSHA256', 'ECDSAWithSHA384', 'ECDSAWithSHA512', 'SHA3_256WithRSAEncryption', 'SHA3_384WithRSAEncryption',
  'SHA3_512WithRSAEncryption',
)
/** KMIP 2.1 §11.54. */
export const SplitKeyMethod = numbered(1, 'XOR', 'PolynomialSharingGF2_16', 'PolynomialSharingPrimeField', 'PolynomialSharingGF2_8')
/** KMIP 2.1 §11.48. */
export const RevocationReasonCode = numbered(
  1, 'Unspecified', 'KeyCompromise', 'CACompromise', 'AffiliationChanged', 'Superseded', 'CessationOfOperation', 'PrivilegeWithdrawn',
)
/** KMIP 2.1 §11.28. */
export const LinkType = numbered(
  0x101, 'CertificateLink', 'PublicKeyLink', 'PrivateKeyLink', 'DerivationBaseObjectLink', 'DerivedKeyLink', 'ReplacementObjectLink',
  'ReplacedObjectLink', 'ParentLink', 'ChildLink', 'PreviousLink', 'NextLink', 'PKCS_12CertificateLink', 'PKCS_12PasswordLink', 'WrappingKeyLink',
)
/** KMIP 2.1 §11.14. */
export const DerivationMethod = numbered(
  1, 'PBKDF2', 'HASH', 'HMAC', 'ENCRYPT', 'NIST800_108_C', 'NIST800_108_F', 'NIST800_108_DPI', 'AsymmetricKey', 'AWSSignatureVersion4', 'HKDF',
)
/** KMIP 2.1 §11.61. */
export const ValidityIndicator = numbered(1, 'Valid', 'Invalid', 'Unknown')
/** KMIP 2.1 §11.44. */
export const QueryFunction = numbered(
  1, 'QueryOperations', 'QueryObjects', 'QueryServerInformation', 'QueryApplicationNamespaces', 'QueryExtensionList', 'QueryExtensionMap',
  'QueryAttestationTypes', 'QueryRNGs', 'QueryValidations', 'QueryProfiles', 'QueryCapabilities', 'QueryClientRegistrationMethods',
  'QueryDefaultsInformation', 'QueryStorageProtectionMasks',
)
/** KMIP 2.1 §11.7. */
export const CancellationResult = numbered(1, 'Canceled', 'UnableToCancel', 'Completed', 'Failed', 'Unavailable')
/** KMIP 2.1 §11.5. */
export const BatchErrorContinuationOption = numbered(1, 'Continue', 'Stop', 'Undo')
/** KMIP 2.1 §11.60. */
export const UsageLimitsUnit = numbered(1, 'Byte', 'Object')
/** KMIP 2.1 §11.18. */
export const EncodingOption = numbered(1, 'NoEncoding', 'TTLVEncoding')
/** KMIP 2.1 §11.33. */
export const ObjectGroupMember = numbered(1, 'GroupMemberFresh', 'GroupMemberDefault')
/** KMIP 2.1 §11.27. */
export const KeyValueLocationType = numbered(1, 'UninterpretedTextString', 'URI')
/** KMIP 2.1 §11.4. */
export const AttestationType = numbered(1, 'TPMQuote', 'TCGIntegrityReport', 'SAMLAssertion')
/** KMIP 2.1 §11.29. */
export const KeyWrapType = numbered(1, 'NotWrapped', 'AsRegistered')
/** KMIP 2.1 §11.49. */
export const RNGAlgorithm = numbered(1, 'Unspecified', 'FIPS186_2', 'DRBG', 'NRBG', 'ANSIX9_31', 'ANSIX9_62')
/** KMIP 2.1 §11.17. */
export const DRBGAlgorithm = numbered(1, 'Unspecified', 'Dual_EC', 'Hash', 'HMAC', 'CTR')
/** KMIP 2.1 §11.20. */
export const FIPS186Variation = numbered(
  1, 'Unspecified', 'GPXOriginal', 'GPXChangeNotice', 'XOriginal', 'XChangeNotice', 'KOriginal', 'KChangeNotice',
)
/** KMIP 2.1 §11.3. */
export const AsynchronousIndicator = numbered(1, 'Mandatory', 'Optional', 'Prohibited')
/** KMIP 2.1 §11.42. */
export const ProtectionLevel = numbered(1, 'High', 'Low')
/** KMIP 2.1 §11.32. */
export const NISTKeyType = numbered(
  1, 'PrivateSignatureKey', 'PublicSignatureVerificationKey', 'SymmetricAuthenticationKey', 'PrivateAuthenticationKey', 'PublicAuthenticationKey',
  'SymmetricDataEncryptionKey', 'SymmetricKeyWrappingKey', 'SymmetricRandomNumberGenerationKey', 'SymmetricMasterKey', 'PrivateKeyTransportKey',
  'PublicKeyTransportKey', 'SymmetricKeyAgreementKey', 'PrivateStaticKeyAgreementKey', 'PublicStaticKeyAgreementKey',
  'PrivateEphemeralKeyAgreementKey', 'PublicEphemeralKeyAgreementKey', 'SymmetricAuthorizationKey', 'PrivateAuthorizationKey',
  'PublicAuthorizationKey',
)
/** KMIP 2.1 §11.57. */
export const TicketType = numbered(1, 'Login')
/** KMIP 2.1 §11.58: the values that stand for an identifier made earlier in the same batch. */
export const UniqueIdentifierName = numbered(
  1, 'IDPlaceholder', 'Certify', 'Create', 'CreateKeyPair', 'CreateKeyPairPrivateKey', 'CreateKeyPairPublicKey', 'CreateSplitKey', 'DeriveKey',
  'Import', 'JoinSplitKey', 'Locate', 'Register', 'ReKey', 'ReCertify', 'ReKeyKeyPair', 'ReKeyKeyPairPrivateKey', 'ReKeyKeyPairPublicKey',
)
/** KMIP 2.1 §11.1. */
export const AdjustmentType = numbered(1, 'Increment', 'Decrement', 'Negate')
/** KMIP 2.1 §11.43. */
export const PutFunction = numbered(1, 'New', 'Replace')
/** KMIP 2.1 §11.19. */
export const EndpointRole = numbered(1, 'Client', 'Server')
/** KMIP 2.1 §11.22. */
export const InteropFunction = numbered(1, 'Begin', 'End', 'Reset')
/** KMIP 2.1 §11.40. */
export const ProcessingStage = numbered(1, 'Submitted', 'InProcess', 'Completed')
/** KMIP 2.1 §11.59. */
export const UnwrapMode = numbered(1, 'Unspecified', 'Processed', 'NotProcessed')
/** KMIP 2.1 §11.15. */
export const DestroyAction = numbered(
  1, 'Unspecified', 'KeyMaterialDeleted', 'KeyMaterialShredded', 'MetaDataDeleted', 'MetaDataShredded', 'Deleted', 'Shredded',
)
/** KMIP 2.1 §11.53. */
export const ShreddingAlgorithm = numbered(1, 'Unspecified', 'Cryptographic', 'Unsupported')
/** KMIP 2.1 §11.50. */
export const RNGMode = numbered(1, 'Unspecified', 'SharedInstantiation', 'NonSharedInstantiation')
/** KMIP 2.1 §11.10. */
export const ClientRegistrationMethod = numbered(
  1, 'Unspecified', 'ServerPreGenerated', 'ServerOnDemand', 'ClientGenerated', 'ClientRegistered',
)
/** KMIP 2.1 §11.63. */
export const ValidationAuthorityType = numbered(1, 'Unspecified', 'NISTCMVP', 'CommonCriteria')
/** KMIP 2.1 §11.64. */
export const ValidationType = numbered(1, 'Unspecified', 'Hardware', 'Software', 'Firmware', 'Hybrid')
/** KMIP 2.1 §11.23. */
export const ItemTypeName = numbered(
  1, 'Structure', 'Integer', 'LongInteger', 'BigInteger', 'Enumeration', 'Boolean', 'TextString', 'ByteString', 'DateTime', 'Interval',
  'DateTimeExtended',
)
/** KMIP 2.1 §11.39: the position of a function in PKCS#11's list of them. */
export const PKCS_11Function = numbered(
  1, 'C_Initialize', 'C_Finalize', 'C_GetInfo', 'C_GetFunctionList', 'C_GetSlotList', 'C_GetSlotInfo', 'C_GetTokenInfo', 'C_GetMechanismList',
  'C_GetMechanismInfo', 'C_InitToken', 'C_InitPIN', 'C_SetPIN', 'C_OpenSession', 'C_CloseSession', 'C_CloseAllSessions', 'C_GetSessionInfo',
  'C_GetOperationState', 'C_SetOperationState', 'C_Login', 'C_Logout', 'C_CreateObject', 'C_CopyObject', 'C_DestroyObject', 'C_GetObjectSize',
  'C_GetAttributeValue', 'C_SetAttributeValue', 'C_FindObjectsInit', 'C_FindObjects', 'C_FindObjectsFinal', 'C_EncryptInit', 'C_Encrypt',
  'C_EncryptUpdate', 'C_EncryptFinal', 'C_DecryptInit', 'C_Decrypt', 'C_DecryptUpdate', 'C_DecryptFinal', 'C_DigestInit', 'C_Digest',
  'C_DigestUpdate', 'C_DigestKey', 'C_DigestFinal', 'C_SignInit', 'C_Sign', 'C_SignUpdate', 'C_SignFinal', 'C_SignRecoverInit', 'C_SignRecover',
  'C_VerifyInit', 'C_Verify', 'C_VerifyUpdate', 'C_VerifyFinal', 'C_VerifyRecoverInit', 'C_VerifyRecover', 'C_DigestEncryptUpdate',
  'C_DecryptDigestUpdate', 'C_SignEncryptUpdate', 'C_DecryptVerifyUpdate', 'C_GenerateKey', 'C_GenerateKeyPair', 'C_WrapKey', 'C_UnwrapKey',
  'C_DeriveKey', 'C_SeedRandom', 'C_GenerateRandom', 'C_GetFunctionStatus', 'C_CancelFunction', 'C_WaitForSlotEvent',
)
/** KMIP 2.1 §11.39: what PKCS#11 returns; only success has a name here. */
export const PKCS_11ReturnCode = { OK: 0 } as const
