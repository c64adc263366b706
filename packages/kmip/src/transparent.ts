import { createECDH, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import type { TransparentKey } from 'kmip-client-ts'

interface Curve {
  readonly crv: string
  readonly openssl: string
  readonly bytes: number
}

const curves: Readonly<Record<string, Curve>> = {
  P_256: { crv: 'P-256', openssl: 'prime256v1', bytes: 32 },
  P_384: { crv: 'P-384', openssl: 'secp384r1', bytes: 48 },
  P_521: { crv: 'P-521', openssl: 'secp521r1', bytes: 66 },
}

function number(value: bigint, length?: number): Buffer {
  const hex = value.toString(16)
  return Buffer.from(hex.padStart(length === undefined ? hex.length + (hex.length % 2) : length * 2, '0'), 'hex')
}

function base64url(value: bigint | undefined): string {
  if (value === undefined || value < 0n) throw new TypeError('a number of the key is missing')
  return number(value).toString('base64url')
}

/** The public key whose numbers these are. Throws where they are not those of an RSA or EC key that Node knows. */
export function publicFromNumbers(key: TransparentKey): KeyObject {
  const jwk =
    key.modulus === undefined ? point(key) : { kty: 'RSA', n: base64url(key.modulus), e: base64url(key.publicExponent) }
  return createPublicKey({ key: jwk, format: 'jwk' })
}

/** The private key whose numbers these are; of RSA, all eight are needed. Throws as {@link publicFromNumbers}. */
export function privateFromNumbers(key: TransparentKey): KeyObject {
  return createPrivateKey({ key: key.modulus === undefined ? scalar(key) : rsa(key), format: 'jwk' })
}

function rsa(key: TransparentKey) {
  return {
    kty: 'RSA',
    n: base64url(key.modulus),
    e: base64url(key.publicExponent),
    d: base64url(key.privateExponent),
    p: base64url(key.p),
    q: base64url(key.q),
    dp: base64url(key.primeExponentP),
    dq: base64url(key.primeExponentQ),
    qi: base64url(key.crtCoefficient),
  }
}

function curveOf(key: TransparentKey): Curve {
  const curve = curves[String(key.recommendedCurve)]
  if (curve === undefined) throw new TypeError('a curve without a name here')
  return curve
}

function coordinates(bytes: Uint8Array, { crv, bytes: size }: Curve) {
  // Some devices put the point into an OCTET STRING.
  const uncompressed = Buffer.from(bytes).subarray(-(2 * size + 1))
  if (uncompressed[0] !== 4 || uncompressed.length !== 2 * size + 1)
    throw new TypeError('a point that is not uncompressed')
  const x = uncompressed.subarray(1, size + 1).toString('base64url')
  return { kty: 'EC', crv, x, y: uncompressed.subarray(size + 1).toString('base64url') }
}

function point(key: TransparentKey) {
  return coordinates(key.qString ?? new Uint8Array(0), curveOf(key))
}

function scalar(key: TransparentKey) {
  const curve = curveOf(key)
  if (key.d === undefined) throw new TypeError('a number of the key is missing')
  const d = number(key.d, curve.bytes)
  const pair = createECDH(curve.openssl)
  pair.setPrivateKey(d)
  const jwk = { ...coordinates(pair.getPublicKey(), curve), d: d.toString('base64url') }
  d.fill(0)
  return jwk
}
