import { CKA, CKK, CKO } from './constants.ts'
import { at, bytes, type Layout, ulong } from './layout.ts'

interface SecretKeyType {
  readonly keyType: number
  readonly algorithm: string
  /** The lengths in bytes that a value may have; any where there are none. */
  readonly lengths?: readonly number[]
  readonly usage: readonly number[]
}

const enciphers = [CKA.ENCRYPT, CKA.DECRYPT]
const wraps = [CKA.WRAP, CKA.UNWRAP]
const signs = [CKA.SIGN, CKA.VERIFY]

const secretKeyTypes: readonly SecretKeyType[] = [
  { keyType: CKK.AES, algorithm: 'AES', lengths: [16, 24, 32], usage: [...enciphers, ...wraps] },
  { keyType: CKK.DES3, algorithm: 'DES-EDE3', lengths: [24], usage: enciphers },
  { keyType: CKK.GENERIC_SECRET, algorithm: 'generic', usage: [...signs, CKA.DERIVE] },
  { keyType: CKK.SHA_1_HMAC, algorithm: 'HMAC-SHA1', usage: signs },
  { keyType: CKK.SHA224_HMAC, algorithm: 'HMAC-SHA224', usage: signs },
  { keyType: CKK.SHA256_HMAC, algorithm: 'HMAC-SHA256', usage: signs },
  { keyType: CKK.SHA384_HMAC, algorithm: 'HMAC-SHA384', usage: signs },
  { keyType: CKK.SHA512_HMAC, algorithm: 'HMAC-SHA512', usage: signs },
]

/** Symmetric keys, CKO_SECRET_KEY (PKCS#11 3.1, section 4.9), one layout for each key type. */
export const symmetricLayouts: readonly Layout[] = secretKeyTypes.map(secretKeyLayout)

function secretKeyLayout({ keyType, algorithm, lengths, usage }: SecretKeyType): Layout {
  return {
    kind: 'symmetric',
    objectClass: CKO.SECRET_KEY,
    keyType,
    algorithm,
    usage,
    // DES keys have no CKA_VALUE_LEN: their length is fixed.
    sizeAttributes: lengths?.length === 1 ? [] : [CKA.VALUE_LEN],
    valueAttributes: [CKA.VALUE],
    write(value) {
      if (lengths && !lengths.includes(value.length)) {
        throw new RangeError(`a key of algorithm ${algorithm} has ${lengths.join(', ')} bytes, not ${value.length}`)
      }
      return [bytes(CKA.VALUE, value)]
    },
    size: (values) => ({ algorithm, bitLength: 8 * (values[0] ? ulong(values[0]) : (lengths?.[0] ?? 0)) }),
    read: (values) => ({ algorithm, bitLength: 8 * at(values, 0).length, value: at(values, 0) }),
  }
}
