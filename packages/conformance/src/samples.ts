import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import {
  certificate,
  type NewObject,
  type ObjectKind,
  type ObjectOptions,
  opaque,
  passphrase,
  privateKey,
  publicKey,
  symmetricKey,
} from '@chatelaine/core'

/** An object of the suite: `make` gives a fresh copy each time. */
export interface Sample {
  readonly title: string
  readonly kind: ObjectKind
  make(options?: ObjectOptions): NewObject
}

/** One sample for every kind and algorithm that core has a name for. */
export function allSamples(): readonly Sample[] {
  return [...symmetricSamples(), ...pairSamples(), ...otherSamples()]
}

/** A sample of `kind`, of an algorithm that every backend keeps. */
export function sampleOf(kind: ObjectKind): Sample {
  const sample = [...otherSamples(), ...symmetricSamples().slice(2, 3), ...p256Samples()].find(
    (candidate) => candidate.kind === kind,
  )
  if (sample === undefined) throw new Error(`no sample of kind ${kind}`)
  return sample
}

/** A self-signed EC certificate, valid until 2126. */
export const certificatePem = `-----BEGIN CERTIFICATE-----
MIIB1DCCAXmgAwIBAgIUfIm0NA1gJiRp2A/IebvW21d29wUwCgYIKoZIzj0EAwIw
PjEnMCUGA1UEAwweY29uZm9ybWFuY2UuY2hhdGVsYWluZS5leGFtcGxlMRMwEQYD
VQQKDApDaGF0ZWxhaW5lMCAXDTI2MTEyMjA0MjQwM1oYDzIxMjYxMDI5MDQyNDAz
WjA+MScwJQYDVQQDDB5jb25mb3JtYW5jZS5jaGF0ZWxhaW5lLmV4YW1wbGUxEzAR
BgNVBAoMCkNoYXRlbGFpbmUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARuSqA4
ze6ri977M5inYyAl0EYKHdyB98R4OBAcd7kmk3sW4a8J5DxvgO/vrO2gbA8DUEk8
f8M5Khk5z+dURgbQo1MwUTAdBgNVHQ4EFgQUgWo4VaP+DJgUnD2lGwlUOg22GuIw
HwYDVR0jBBgwFoAUgWo4VaP+DJgUnD2lGwlUOg22GuIwDwYDVR0TAQH/BAUwAwEB
/zAKBggqhkjOPQQDAgNJADBGAiEAvXDe8Su+WMN+2gTNyFx3hDrt705aKb1J14o4
PZWPsaUCIQDr14AymIcWUOZFAu+wGUNXfkt0A7m1oPKP6rB15BG2aA==
-----END CERTIFICATE-----
`

function symmetricSamples(): Sample[] {
  const sizes: readonly [string, number][] = [
    ['AES', 128],
    ['AES', 192],
    ['AES', 256],
    ['DES-EDE3', 192],
    ['HMAC-SHA1', 160],
    ['HMAC-SHA256', 256],
    ['HMAC-SHA512', 512],
    ['generic', 1024],
  ]
  return sizes.map(([algorithm, bits]) => {
    const bytes = randomBytes(bits / 8)
    return {
      title: `a symmetric key, ${algorithm} ${bits}`,
      kind: 'symmetric',
      make: (options) => symmetricKey(bytes, { algorithm, ...options }),
    }
  })
}

function pairSamples(): Sample[] {
  return [
    ...halves('RSA 2048', generateKeyPairSync('rsa', { modulusLength: 2048 })),
    ...halves('RSA-PSS 2048', generateKeyPairSync('rsa-pss', { modulusLength: 2048 })),
    ...p256Samples(),
    ...halves('EC P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' })),
    ...halves('EC P-521', generateKeyPairSync('ec', { namedCurve: 'P-521' })),
    ...halves('Ed25519', generateKeyPairSync('ed25519')),
    ...halves('X25519', generateKeyPairSync('x25519')),
  ]
}

function p256Samples(): Sample[] {
  return halves('EC P-256', generateKeyPairSync('ec', { namedCurve: 'P-256' }))
}

function halves(title: string, pair: { privateKey: KeyObject; publicKey: KeyObject }): Sample[] {
  return [
    {
      title: `a private key, ${title}`,
      kind: 'private',
      make: (options) => privateKey(pair.privateKey, options),
    },
    { title: `a public key, ${title}`, kind: 'public', make: (options) => publicKey(pair.publicKey, options) },
  ]
}

function otherSamples(): Sample[] {
  const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index)
  return [
    { title: 'a certificate', kind: 'certificate', make: (options) => certificate(certificatePem, options) },
    { title: 'a passphrase', kind: 'passphrase', make: (options) => passphrase('pässword ☂ 日本語 🔑', options) },
    { title: 'opaque data of every byte', kind: 'opaque', make: (options) => opaque(everyByte, options) },
  ]
}
