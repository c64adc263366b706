import { KeyManagerError, type KeySpec } from '@chatelaine/core'
import { type AttributeSet, CryptographicUsageMask as Use, type Version } from 'kmip-client-ts'
import { symmetricAlgorithm } from './algorithms.ts'

type Curve = NonNullable<NonNullable<AttributeSet['cryptographicDomainParameters']>['recommendedCurve']>

const curves: Readonly<Record<number, Curve>> = { 256: 'P_256', 384: 'P_384', 521: 'P_521' }

const lengths: Readonly<Record<string, readonly number[]>> = { AES: [128, 192, 256], 'DES-EDE3': [192] }

/** The attributes of a symmetric key to be made. */
export function createSpec({ algorithm, bitLength }: KeySpec): AttributeSet {
  const theirs = symmetricAlgorithm(algorithm)
  if (theirs === undefined) throw new KeyManagerError('unsupported', `createKey: algorithm ${algorithm}`)
  if (bitLength === undefined || lengths[algorithm]?.includes(bitLength) !== true) {
    throw new KeyManagerError('invalid_argument', `createKey: ${algorithm} has no keys of ${bitLength} bits`)
  }
  return {
    cryptographicAlgorithm: theirs,
    cryptographicLength: bitLength,
    cryptographicUsageMask: Use.Encrypt | Use.Decrypt,
  }
}

/** The attributes of a key pair to be made: of both halves, and of each. */
export function pairSpec({ algorithm, bitLength = 0 }: KeySpec, version: Version) {
  const length = { cryptographicLength: bitLength }
  const privateKey: AttributeSet = { cryptographicUsageMask: Use.Sign | Use.Decrypt }
  const publicKey: AttributeSet = { cryptographicUsageMask: Use.Verify | Use.Encrypt }
  if (algorithm === 'RSA')
    return { common: { cryptographicAlgorithm: 'RSA', ...length } as AttributeSet, privateKey, publicKey }
  const recommendedCurve = curves[bitLength]
  if (recommendedCurve === undefined)
    throw new KeyManagerError('invalid_argument', `createKeyPair: no curve of ${bitLength} bits`)
  const old = version === '1.0' || version === '1.1'
  const common: AttributeSet = {
    cryptographicAlgorithm: old ? 'ECDSA' : 'EC',
    ...length,
    cryptographicDomainParameters: { recommendedCurve },
  }
  return { common, privateKey: { cryptographicUsageMask: Use.Sign }, publicKey: { cryptographicUsageMask: Use.Verify } }
}
