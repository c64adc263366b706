import { createECDH } from 'node:crypto'
import { CKA, CKK, CKO } from './constants.ts'
import { element, integer, leftPadded, readElement, readElements, tags } from './der.ts'
import { at, bytes, type KeySize, type Layout } from './layout.ts'

interface Curve {
  readonly oid: Buffer
  /** OpenSSL's name, of curves whose public point it must compute. */
  readonly name: string
  readonly bits: number
}

const curves: readonly Curve[] = [
  { oid: oid('2a8648ce3d030107'), name: 'prime256v1', bits: 256 },
  { oid: oid('2b81040022'), name: 'secp384r1', bits: 384 },
  { oid: oid('2b81040023'), name: 'secp521r1', bits: 521 },
]

const ecPublicKey = oid('2a8648ce3d0201')
const one = integer(Buffer.from([1]))

const common = {
  keyType: CKK.EC,
  algorithm: 'EC',
  sizeAttributes: [CKA.EC_PARAMS],
  size: (values: readonly Buffer[]) => ecSize(at(values, 0)),
}

/** CKA_EC_PARAMS of the curve with `bits` bits: its OBJECT IDENTIFIER. */
export function ecParams(bits: number): Buffer | undefined {
  return curves.find((curve) => curve.bits === bits)?.oid
}

/** EC private keys (SEC 1): curve and scalar; the public point, which tokens do not keep with it, is computed. */
export const ecPrivate: Layout = {
  ...common,
  kind: 'private',
  objectClass: CKO.PRIVATE_KEY,
  usage: [CKA.SIGN, CKA.DERIVE],
  valueAttributes: [CKA.EC_PARAMS, CKA.VALUE],
  write(pkcs8) {
    const [, identifier, key] = readElements(readElement(pkcs8).content)
    const [, scalar] = readElements(readElement(key?.content ?? Buffer.alloc(0)).content)
    const [, params] = readElements(identifier?.content ?? Buffer.alloc(0))
    return [
      bytes(CKA.EC_PARAMS, params?.whole ?? Buffer.alloc(0)),
      bytes(CKA.VALUE, scalar?.content ?? Buffer.alloc(0)),
    ]
  },
  read(values) {
    const params = at(values, 0)
    const curve = known(params)
    const scalar = leftPadded(at(values, 1), Math.ceil(curve.bits / 8))
    const point = element(0xa1, element(tags.bitString, Buffer.alloc(1), publicPoint(curve, scalar)))
    const key = element(tags.sequence, one, element(tags.octetString, scalar), point)
    const value = element(
      tags.sequence,
      integer(Buffer.alloc(1)),
      element(tags.sequence, ecPublicKey, params),
      element(tags.octetString, key),
    )
    for (const each of [scalar, key]) each.fill(0)
    return { ...ecSize(params), value }
  },
}

/** EC public keys: curve, and the point as an OCTET STRING; a bare point, which some tokens keep, is understood. */
export const ecPublic: Layout = {
  ...common,
  kind: 'public',
  objectClass: CKO.PUBLIC_KEY,
  usage: [CKA.VERIFY],
  valueAttributes: [CKA.EC_PARAMS, CKA.EC_POINT],
  write(spki) {
    const [identifier, key] = readElements(readElement(spki).content)
    const [, params] = readElements(identifier?.content ?? Buffer.alloc(0))
    return [
      bytes(CKA.EC_PARAMS, params?.whole ?? Buffer.alloc(0)),
      bytes(CKA.EC_POINT, element(tags.octetString, key?.content.subarray(1) ?? Buffer.alloc(0))),
    ]
  },
  read(values) {
    const params = at(values, 0)
    const identifier = element(tags.sequence, ecPublicKey, params)
    const point = element(tags.bitString, Buffer.alloc(1), barePoint(at(values, 1), pointLength(params)))
    return { ...ecSize(params), value: element(tags.sequence, identifier, point) }
  },
}

/** The point inside CKA_EC_POINT, of `length` bytes where that is known: an OCTET STRING of it, or, against the standard, itself. */
export function barePoint(value: Buffer, length?: number): Buffer {
  if (value.length === length || value[0] !== tags.octetString) return value
  const { content } = readElement(value)
  return content
}

function ecSize(params: Buffer): KeySize {
  const curve = curves.find((each) => each.oid.equals(params))
  return { algorithm: 'EC', ...(curve && { bitLength: curve.bits }) }
}

// Uncompressed (SEC 1, section 2.3.3): 04 and two coordinates.
function pointLength(params: Buffer): number | undefined {
  const { bitLength } = ecSize(params)
  return bitLength === undefined ? undefined : 1 + 2 * Math.ceil(bitLength / 8)
}

function known(params: Buffer): Curve {
  const curve = curves.find((each) => each.oid.equals(params))
  if (curve === undefined) throw new RangeError('the key is on a curve that is not P-256, P-384 or P-521')
  return curve
}

function publicPoint(curve: Curve, scalar: Buffer): Buffer {
  const ecdh = createECDH(curve.name)
  ecdh.setPrivateKey(scalar)
  return ecdh.getPublicKey()
}

function oid(hex: string): Buffer {
  return element(tags.oid, Buffer.from(hex, 'hex'))
}
