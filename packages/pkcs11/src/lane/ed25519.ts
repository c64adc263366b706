import { CKA, CKK, CKO } from './constants.ts'
import { element, integer, leftPadded, readElement, readElements, tags } from './der.ts'
import { barePoint } from './ec.ts'
import { at, bytes, type KeySize, type Layout } from './layout.ts'

/** CKA_EC_PARAMS of Ed25519 (RFC 8410): its OBJECT IDENTIFIER. */
export const ed25519Params = element(tags.oid, Buffer.from('2b6570', 'hex'))

// PKCS#11 3.0, section 2.3.10 allows this in the identifier's place.
const curveName = element(tags.printableString, Buffer.from('edwards25519'))

const identifier = element(tags.sequence, ed25519Params)
const keyLength = 32

const common = {
  keyType: CKK.EC_EDWARDS,
  algorithm: 'Ed25519',
  sizeAttributes: [CKA.EC_PARAMS],
  size: (values: readonly Buffer[]) => edwardsSize(at(values, 0)),
}

/** Ed25519 private keys: the seed of 32 bytes. */
export const ed25519Private: Layout = {
  ...common,
  kind: 'private',
  objectClass: CKO.PRIVATE_KEY,
  usage: [CKA.SIGN],
  valueAttributes: [CKA.EC_PARAMS, CKA.VALUE],
  write(pkcs8) {
    const [, , key] = readElements(readElement(pkcs8).content)
    const seed = readElement(key?.content ?? Buffer.alloc(0)).content
    return [bytes(CKA.EC_PARAMS, ed25519Params), bytes(CKA.VALUE, seed)]
  },
  read(values) {
    const size = edwardsSize(at(values, 0))
    const seed = leftPadded(known(size, at(values, 1)), keyLength)
    const key = element(tags.octetString, seed)
    const value = element(tags.sequence, integer(Buffer.alloc(1)), identifier, element(tags.octetString, key))
    for (const each of [seed, key]) each.fill(0)
    return { ...size, value }
  },
}

/** Ed25519 public keys. */
export const ed25519Public: Layout = {
  ...common,
  kind: 'public',
  objectClass: CKO.PUBLIC_KEY,
  usage: [CKA.VERIFY],
  valueAttributes: [CKA.EC_PARAMS, CKA.EC_POINT],
  write(spki) {
    const [, key] = readElements(readElement(spki).content)
    const point = element(tags.octetString, key?.content.subarray(1) ?? Buffer.alloc(0))
    return [bytes(CKA.EC_PARAMS, ed25519Params), bytes(CKA.EC_POINT, point)]
  },
  read(values) {
    const size = edwardsSize(at(values, 0))
    const point = barePoint(known(size, at(values, 1)), keyLength)
    return { ...size, value: element(tags.sequence, identifier, element(tags.bitString, Buffer.alloc(1), point)) }
  },
}

function edwardsSize(params: Buffer): KeySize {
  if (params.equals(ed25519Params) || params.equals(curveName)) return { algorithm: 'Ed25519', bitLength: 256 }
  return {}
}

function known<Value>(size: KeySize, value: Value): Value {
  if (size.algorithm === undefined) throw new RangeError('the key is on an Edwards curve that is not edwards25519')
  return value
}
