// biome-ignore-all format: a table reads better in lines than in a column of one name each.
/** The bits of a mask by name. */
export type Bits = Readonly<Record<string, number>>

function bits<const N extends readonly string[]>(...names: N): Readonly<Record<Exclude<N[number], ''>, number>> {
  const entries = names.map((name, index) => [name, 1 << index] as const).filter(([name]) => name !== '')
  return Object.fromEntries(entries) as Record<Exclude<N[number], ''>, number>
}

/** KMIP 2.1 §12.1; the reserved bits are those that 1.x used for content commitment, cryptograms and their kin. */
export const CryptographicUsageMask = bits(
  'Sign', 'Verify', 'Encrypt', 'Decrypt', 'WrapKey', 'UnwrapKey', 'Export', 'MACGenerate', 'MACVerify', 'DeriveKey', 'ContentCommitment',
  'KeyAgreement', 'CertificateSign', 'CRLSign', 'GenerateCryptogram', 'ValidateCryptogram', 'TranslateEncrypt', 'TranslateDecrypt',
  'TranslateWrap', 'TranslateUnwrap', 'Authenticate', 'Unrestricted', 'FPEEncrypt', 'FPEDecrypt',
)

/** KMIP 2.1 §12.3. */
export const StorageStatusMask = bits('OnlineStorage', 'ArchivalStorage', 'DestroyedStorage')

/** KMIP 2.1 §12.2. */
export const ProtectionStorageMask = bits(
  'Software', 'Hardware', 'OnProcessor', 'OnSystem', 'OffSystem', 'Hypervisor', 'OperatingSystem', 'Container', 'OnPremises', 'OffPremises',
  'SelfManaged', 'Outsourced', 'Validated', 'SameJurisdiction',
)
