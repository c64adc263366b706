import {
  BlockCipherMode,
  CryptographicAlgorithm,
  DigitalSignatureAlgorithm,
  DRBGAlgorithm,
  FIPS186Variation,
  HashingAlgorithm,
  KeyRoleType,
  MaskGenerator,
  PaddingMethod,
  RecommendedCurve,
  RNGAlgorithm,
} from '../names/enumerations.ts'
import { optional, required } from '../schema/field.ts'
import { structure } from '../schema/structure.ts'
import type { ValueOf } from '../schema/type.ts'
import { boolean, bytes, enumeration, integer } from '../schema/types.ts'

const since12 = { since: '1.2' } as const
const since14 = { since: '1.4' } as const

/** KMIP 2.1 §4.20. */
export const CryptographicParameters = structure({
  blockCipherMode: optional('BlockCipherMode', enumeration(BlockCipherMode)),
  paddingMethod: optional('PaddingMethod', enumeration(PaddingMethod)),
  hashingAlgorithm: optional('HashingAlgorithm', enumeration(HashingAlgorithm)),
  keyRoleType: optional('KeyRoleType', enumeration(KeyRoleType)),
  digitalSignatureAlgorithm: optional('DigitalSignatureAlgorithm', enumeration(DigitalSignatureAlgorithm), since12),
  cryptographicAlgorithm: optional('CryptographicAlgorithm', enumeration(CryptographicAlgorithm), since12),
  randomIV: optional('RandomIV', boolean, since12),
  ivLength: optional('IVLength', integer, since12),
  tagLength: optional('TagLength', integer, since12),
  fixedFieldLength: optional('FixedFieldLength', integer, since12),
  invocationFieldLength: optional('InvocationFieldLength', integer, since12),
  counterLength: optional('CounterLength', integer, since12),
  initialCounterValue: optional('InitialCounterValue', integer, since12),
  saltLength: optional('SaltLength', integer, since14),
  maskGenerator: optional('MaskGenerator', enumeration(MaskGenerator), since14),
  maskGeneratorHashingAlgorithm: optional('MaskGeneratorHashingAlgorithm', enumeration(HashingAlgorithm), since14),
  pSource: optional('PSource', bytes, since14),
  trailerField: optional('TrailerField', integer, since14),
})
export type CryptographicParameters = ValueOf<typeof CryptographicParameters>

/** KMIP 2.1 §4.18. */
export const CryptographicDomainParameters = structure({
  qlength: optional('Qlength', integer),
  recommendedCurve: optional('RecommendedCurve', enumeration(RecommendedCurve)),
})

/** KMIP 2.1 §7.26. */
export const RNGParameters = structure({
  rngAlgorithm: required('RNGAlgorithm', enumeration(RNGAlgorithm)),
  cryptographicAlgorithm: optional('CryptographicAlgorithm', enumeration(CryptographicAlgorithm)),
  cryptographicLength: optional('CryptographicLength', integer),
  hashingAlgorithm: optional('HashingAlgorithm', enumeration(HashingAlgorithm)),
  drbgAlgorithm: optional('DRBGAlgorithm', enumeration(DRBGAlgorithm)),
  recommendedCurve: optional('RecommendedCurve', enumeration(RecommendedCurve)),
  fips186Variation: optional('FIPS186Variation', enumeration(FIPS186Variation)),
  predictionResistance: optional('PredictionResistance', boolean),
})
