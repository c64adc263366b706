import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate,
} from 'node:crypto'
import {
  certificate,
  KeyManagerError,
  type NewObject,
  opaque,
  passphrase,
  privateKey,
  publicKey,
  symmetricKey,
  toJwk,
  toKeyObject,
  toPem,
} from '@chatelaine/core'
import { describe, expect, it } from 'vitest'
import { testCertificate } from '../fixtures/certificate.ts'

const pairs: readonly (readonly [string, number, { privateKey: KeyObject; publicKey: KeyObject }])[] = [
  ['RSA', 2_048, generateKeyPairSync('rsa', { modulusLength: 2_048 })],
  ['RSA-PSS', 2_048, generateKeyPairSync('rsa-pss', { modulusLength: 2_048 })],
  ['EC', 256, generateKeyPairSync('ec', { namedCurve: 'P-256' })],
  ['EC', 384, generateKeyPairSync('ec', { namedCurve: 'P-384' })],
  ['EC', 521, generateKeyPairSync('ec', { namedCurve: 'P-521' })],
  ['Ed25519', 256, generateKeyPairSync('ed25519')],
  ['X25519', 256, generateKeyPairSync('x25519')],
]

function codeOf(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    if (KeyManagerError.is(error)) return error.code
    throw error
  }
  return 'none'
}

function bytes(object: NewObject): string {
  return Buffer.from(object.value.reveal()).toString('hex')
}

for (const [algorithm, bitLength, pair] of pairs) {
  const pkcs8 = pair.privateKey.export({ type: 'pkcs8', format: 'der' })
  const spki = pair.publicKey.export({ type: 'spki', format: 'der' })

  describe(`${algorithm} ${bitLength}`, () => {
    const privateForms = {
      'a KeyObject': pair.privateKey,
      'PKCS#8 DER': pkcs8,
      'a slice of a larger buffer': Buffer.concat([Buffer.alloc(7), pkcs8, Buffer.alloc(7)]).subarray(
        7,
        7 + pkcs8.length,
      ),
      'PEM text': pair.privateKey.export({ type: 'pkcs8', format: 'pem' }),
      'PEM bytes': Buffer.from(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    }
    for (const [form, input] of Object.entries(privateForms)) {
      it(`a private key from ${form} is canonical and knows itself`, () => {
        const object = privateKey(input, { name: 'n' })
        expect(object).toMatchObject({ kind: 'private', name: 'n', algorithm, bitLength })
        expect(bytes(object)).toBe(pkcs8.toString('hex'))
      })
    }

    it('an encrypted private key needs its passphrase', () => {
      const pem = pair.privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' })
      expect(bytes(privateKey(pem, { passphrase: 'open' }))).toBe(pkcs8.toString('hex'))
      expect(codeOf(() => privateKey(pem, { passphrase: 'wrong' }))).toBe('invalid_argument')
      expect(() => privateKey(pem)).toThrow(/its passphrase is needed/)
    })

    it('a public key from SPKI, PEM, a KeyObject or its private key is canonical', () => {
      for (const input of [
        spki,
        pair.publicKey.export({ type: 'spki', format: 'pem' }),
        pair.publicKey,
        pair.privateKey,
        pkcs8,
      ]) {
        if (input === pkcs8) continue
        const object = publicKey(input)
        expect(object).toMatchObject({ kind: 'public', algorithm, bitLength })
        expect(bytes(object)).toBe(spki.toString('hex'))
      }
    })

    it('toKeyObject and toPem lead out again', () => {
      expect(toKeyObject(privateKey(pair.privateKey)).equals(pair.privateKey)).toBe(true)
      expect(toKeyObject(publicKey(pair.publicKey)).equals(pair.publicKey)).toBe(true)
      expect(toPem(privateKey(pair.privateKey))).toBe(pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))
      expect(toPem(publicKey(pair.publicKey))).toBe(pair.publicKey.export({ type: 'spki', format: 'pem' }))
    })

    it(algorithm === 'RSA-PSS' ? 'has no form as JWK' : 'a JWK leads in and out again', () => {
      if (algorithm === 'RSA-PSS') {
        expect(codeOf(() => toJwk(privateKey(pair.privateKey)))).toBe('unsupported')
        return
      }
      const jwk = toJwk(privateKey(pair.privateKey))
      expect(bytes(privateKey(jwk))).toBe(pkcs8.toString('hex'))
      expect(bytes(privateKey(JSON.stringify(jwk)))).toBe(pkcs8.toString('hex'))
      expect(bytes(publicKey(toJwk(publicKey(pair.publicKey))))).toBe(spki.toString('hex'))
    })

    it('another algorithm or bit length than its own is refused', () => {
      expect(codeOf(() => privateKey(pkcs8, { algorithm: 'DSA' }))).toBe('invalid_argument')
      expect(codeOf(() => privateKey(pkcs8, { bitLength: 1_024 }))).toBe('invalid_argument')
    })
  })
}

it('PKCS#1 and SEC1 are read as DER and as PEM', () => {
  const { privateKey: rsa, publicKey: rsaPublic } = pairs[0]?.[2] ?? {}
  const ec = pairs[2]?.[2].privateKey
  if (!rsa || !rsaPublic || !ec) throw new Error('no keys')
  for (const format of ['der', 'pem'] as const) {
    expect(toKeyObject(privateKey(rsa.export({ type: 'pkcs1', format: format as 'der' }))).equals(rsa)).toBe(true)
    expect(toKeyObject(privateKey(ec.export({ type: 'sec1', format: format as 'der' }))).equals(ec)).toBe(true)
    expect(toKeyObject(publicKey(rsaPublic.export({ type: 'pkcs1', format: format as 'der' }))).equals(rsaPublic)).toBe(
      true,
    )
  }
})

it('a key that Chatelaine has no name for needs its algorithm by name', () => {
  const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
  expect(codeOf(() => privateKey(key))).toBe('invalid_argument')
  expect(privateKey(key, { algorithm: 'secp256k1', bitLength: 256 })).toMatchObject({
    algorithm: 'secp256k1',
    bitLength: 256,
  })
  const ed448 = generateKeyPairSync('ed448').privateKey
  expect(privateKey(ed448, { algorithm: 'Ed448' })).toMatchObject({ kind: 'private', algorithm: 'Ed448' })
})

it('a symmetric key is AES by its length, what its JWK says, or what it is called', () => {
  expect(symmetricKey(new Uint8Array(16))).toMatchObject({ algorithm: 'AES', bitLength: 128 })
  expect(symmetricKey(new Uint8Array(20))).toMatchObject({ algorithm: 'generic', bitLength: 160 })
  expect(symmetricKey(new Uint8Array(24), { algorithm: '3des' })).toMatchObject({
    algorithm: 'DES-EDE3',
    bitLength: 192,
  })
  expect(symmetricKey(new Uint8Array(32), { algorithm: 'hmacsha256' })).toMatchObject({ algorithm: 'HMAC-SHA256' })
  expect(symmetricKey(new Uint8Array(32), { algorithm: 'Camellia' })).toMatchObject({ algorithm: 'Camellia' })
  expect(symmetricKey({ kty: 'oct', k: 'AAAA', alg: 'HS384' })).toMatchObject({
    algorithm: 'HMAC-SHA384',
    bitLength: 24,
  })
  expect(symmetricKey(createSecretKey(Buffer.alloc(32)))).toMatchObject({ algorithm: 'AES', bitLength: 256 })
  expect(toJwk(symmetricKey(new Uint8Array(3)))).toEqual({ kty: 'oct', k: 'AAAA' })
})

it('a certificate from PEM, DER or X509Certificate is its DER', () => {
  const parsed = new X509Certificate(testCertificate)
  for (const input of [testCertificate, Buffer.from(testCertificate), parsed.raw, parsed]) {
    expect(bytes(certificate(input))).toBe(parsed.raw.toString('hex'))
  }
  expect(toKeyObject(certificate(testCertificate)).equals(parsed.publicKey)).toBe(true)
  expect(toPem(certificate(testCertificate))).toBe(testCertificate)
  expect(toJwk(certificate(testCertificate)).x5c).toEqual([parsed.raw.toString('base64')])
})

const refused: readonly (readonly [string, () => unknown])[] = [
  ['a chain of certificates', () => certificate(testCertificate + testCertificate)],
  ['bytes that are no certificate', () => certificate(Buffer.from('no'))],
  ['text that is no key', () => privateKey('not a key')],
  ['an empty key', () => privateKey(new Uint8Array(0))],
  ['a public key where a private one is needed', () => privateKey(pairs[0]?.[2].publicKey ?? '')],
  ['a secret KeyObject where a public key is needed', () => publicKey(createSecretKey(Buffer.alloc(8)))],
  ['a JWK that is no key', () => privateKey({ kty: 'RSA' })],
  ['JSON that is no JWK', () => privateKey('{"a": 1}')],
  ['a JWK of type oct without k', () => symmetricKey({ kty: 'oct' })],
  ['a JWK of type oct with a k that is no base64url', () => symmetricKey({ kty: 'oct', k: '!!' })],
  ['a JWK of another type for a symmetric key', () => symmetricKey({ kty: 'RSA', k: 'AAAA' })],
  ['a lone surrogate', () => passphrase('\ud800')],
  ['a passphrase as PEM', () => toPem(passphrase('x'))],
  ['opaque data as a key', () => toKeyObject(opaque(new Uint8Array(1)))],
  ['a number where a key is needed', () => privateKey(7 as never)],
]

for (const [title, work] of refused) {
  it(`${title} is refused`, () => expect(codeOf(work)).toBe('invalid_argument'))
}

it('DER with bytes behind it is cut to the key', () => {
  const der = createPrivateKey(toPem(privateKey(pairs[2]?.[2].privateKey ?? ''))).export({
    type: 'pkcs8',
    format: 'der',
  })
  expect(bytes(privateKey(Buffer.concat([der, Buffer.alloc(3)])))).toBe(der.toString('hex'))
  expect(createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).asymmetricKeyType).toBe('ec')
})
