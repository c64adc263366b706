import { CKA, CKK, CKO } from './constants.ts'
import { element, integer, readElement, readElements, tags, withoutLeadingZeros } from './der.ts'
import { at, bytes, type KeySize, type Layout } from './layout.ts'

// RFC 8017, appendix A.1.2: what follows the version in an RSAPrivateKey, in its order.
const privateParts = [
  CKA.MODULUS,
  CKA.PUBLIC_EXPONENT,
  CKA.PRIVATE_EXPONENT,
  CKA.PRIME_1,
  CKA.PRIME_2,
  CKA.EXPONENT_1,
  CKA.EXPONENT_2,
  CKA.COEFFICIENT,
]
const publicParts = privateParts.slice(0, 2)

// rsaEncryption 1.2.840.113549.1.1.1, with the NULL that RFC 8017 demands.
const algorithmIdentifier = element(
  tags.sequence,
  element(tags.oid, Buffer.from('2a864886f70d010101', 'hex')),
  element(tags.null),
)
const zero = integer(Buffer.alloc(1))

const common = {
  keyType: CKK.RSA,
  algorithm: 'RSA',
  sizeAttributes: [CKA.MODULUS],
  size: (values: readonly Buffer[]) => rsaSize(at(values, 0)),
}

/** RSA private keys: all eight integers, since a token that got fewer gives fewer. */
export const rsaPrivate: Layout = {
  ...common,
  kind: 'private',
  objectClass: CKO.PRIVATE_KEY,
  usage: [CKA.SIGN, CKA.DECRYPT],
  valueAttributes: privateParts,
  write(pkcs8) {
    const [, , key] = readElements(readElement(pkcs8).content)
    const integers = readElements(readElement(key?.content ?? Buffer.alloc(0)).content).slice(1)
    return privateParts.map((type, index) =>
      bytes(type, withoutLeadingZeros(integers[index]?.content ?? Buffer.alloc(0))),
    )
  },
  read(values) {
    if (values.length < privateParts.length || values.some((value) => value.length === 0)) {
      throw new RangeError('the token does not give out all integers of the RSA key')
    }
    const key = element(tags.sequence, zero, ...values.map(integer))
    const value = element(tags.sequence, zero, algorithmIdentifier, element(tags.octetString, key))
    key.fill(0)
    return { ...rsaSize(at(values, 0)), value }
  },
}

/** RSA public keys. */
export const rsaPublic: Layout = {
  ...common,
  kind: 'public',
  objectClass: CKO.PUBLIC_KEY,
  usage: [CKA.VERIFY, CKA.ENCRYPT],
  valueAttributes: publicParts,
  write(spki) {
    const [, key] = readElements(readElement(spki).content)
    // A BIT STRING begins with the number of its unused bits.
    const integers = readElements(readElement(key?.content.subarray(1) ?? Buffer.alloc(0)).content)
    return publicParts.map((type, index) =>
      bytes(type, withoutLeadingZeros(integers[index]?.content ?? Buffer.alloc(0))),
    )
  },
  read(values) {
    const key = element(tags.sequence, ...values.map(integer))
    const value = element(tags.sequence, algorithmIdentifier, element(tags.bitString, Buffer.alloc(1), key))
    return { ...rsaSize(at(values, 0)), value }
  },
}

function rsaSize(modulus: Buffer): KeySize {
  const magnitude = withoutLeadingZeros(modulus)
  const first = magnitude[0] ?? 0
  return { algorithm: 'RSA', bitLength: magnitude.length * 8 - (Math.clz32(first) - 24) }
}
