// Barbican itself takes any name; its KMIP and PKCS#11 plugins take only these, in lower case.
const names: Readonly<Record<string, string>> = {
  AES: 'aes',
  'DES-EDE3': 'desede',
  'HMAC-SHA1': 'hmacsha1',
  'HMAC-SHA256': 'hmacsha256',
  'HMAC-SHA384': 'hmacsha384',
  'HMAC-SHA512': 'hmacsha512',
  RSA: 'rsa',
  EC: 'ec',
}

/** The symmetric keys that Barbican makes to order. */
export const orderedKeys: readonly string[] = ['AES', 'HMAC-SHA1', 'HMAC-SHA256', 'HMAC-SHA384', 'HMAC-SHA512']

/** The key pairs that Barbican makes to order. */
export const orderedPairs: readonly string[] = ['RSA']

/** Barbican's name for one of ours; one that it has none for goes as it is, and `canonicalAlgorithm` leads back from all. */
export function barbicanAlgorithm(algorithm: string): string {
  return Object.hasOwn(names, algorithm) ? (names[algorithm] ?? algorithm) : algorithm
}
