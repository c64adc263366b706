import type { AttributeSet } from 'kmip-client-ts'

/** KMIP's name of an algorithm. */
export type KmipAlgorithm = NonNullable<AttributeSet['cryptographicAlgorithm']>

const symmetric: Readonly<Record<string, KmipAlgorithm>> = {
  AES: 'AES',
  'DES-EDE3': 'DES3',
  'HMAC-SHA1': 'HMAC_SHA1',
  'HMAC-SHA224': 'HMAC_SHA224',
  'HMAC-SHA256': 'HMAC_SHA256',
  'HMAC-SHA384': 'HMAC_SHA384',
  'HMAC-SHA512': 'HMAC_SHA512',
}

// Edwards and Montgomery curves came late to KMIP, and few devices know them: such keys are kept as opaque objects.
const asymmetric: Readonly<Record<string, KmipAlgorithm>> = { RSA: 'RSA', 'RSA-PSS': 'RSA', EC: 'ECDSA' }

const ours: ReadonlyMap<KmipAlgorithm, string> = new Map([
  ...Object.entries(symmetric).map(([name, theirs]) => [theirs, name] as const),
  ['RSA', 'RSA'],
  ['ECDSA', 'EC'],
  ['EC', 'EC'],
  ['ECDH', 'EC'],
  ['Ed25519', 'Ed25519'],
])

/** KMIP's algorithm for a symmetric key, or undefined where it has none that fits. */
export function symmetricAlgorithm(name: string | undefined): KmipAlgorithm | undefined {
  return name === undefined ? undefined : symmetric[name]
}

/** KMIP's algorithm for half of a key pair, or undefined where devices have none in common. */
export function pairAlgorithm(name: string | undefined): KmipAlgorithm | undefined {
  return name === undefined ? undefined : asymmetric[name]
}

/** Our name of KMIP's algorithm; those that we have no name for keep KMIP's. */
export function algorithmName(theirs: KmipAlgorithm | undefined): string | undefined {
  return theirs === undefined ? undefined : (ours.get(theirs) ?? String(theirs))
}
