import type { KeyObject } from 'node:crypto'

const names = [
  'AES',
  'DES-EDE3',
  'HMAC',
  'HMAC-SHA1',
  'HMAC-SHA224',
  'HMAC-SHA256',
  'HMAC-SHA384',
  'HMAC-SHA512',
  'generic',
  'RSA',
  'RSA-PSS',
  'EC',
  'Ed25519',
  'X25519',
] as const

const aliases: Readonly<Record<string, string>> = {
  ...Object.fromEntries(names.map((name) => [folded(name), name])),
  '3des': 'DES-EDE3',
  des3: 'DES-EDE3',
  desede: 'DES-EDE3',
  tripledes: 'DES-EDE3',
  ecdsa: 'EC',
  genericsecret: 'generic',
}

const curveBits: Readonly<Record<string, number>> = { prime256v1: 256, secp384r1: 384, secp521r1: 521 }
const fixedBits: Readonly<Record<string, number>> = { Ed25519: 256, X25519: 256 }

/** The name under which Chatelaine keeps an algorithm, from any usual spelling; an unknown name comes back as it is. */
export function canonicalAlgorithm(name: string): string {
  const key = folded(name)
  return Object.hasOwn(aliases, key) ? (aliases[key] ?? name) : name
}

/** The bit length of an algorithm that has only one: Ed25519 and X25519. */
export function fixedBitLength(algorithm: string): number | undefined {
  return fixedBits[algorithm]
}

/** Algorithm and bit length of an asymmetric key; undefined for what Chatelaine has no name for. */
export function describeKeyObject(key: KeyObject): { algorithm: string; bitLength: number } | undefined {
  const details = key.asymmetricKeyDetails ?? {}
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return sized('RSA', details.modulusLength)
    case 'rsa-pss':
      return sized('RSA-PSS', details.modulusLength)
    case 'ec':
      return sized('EC', curveBits[details.namedCurve ?? ''])
    case 'ed25519':
      return sized('Ed25519', fixedBits.Ed25519)
    case 'x25519':
      return sized('X25519', fixedBits.X25519)
    default:
      return undefined
  }
}

function sized(algorithm: string, bitLength: number | undefined) {
  return bitLength === undefined ? undefined : { algorithm, bitLength }
}

function folded(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, '')
}
