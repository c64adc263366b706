import { createDecipheriv, randomBytes } from 'node:crypto'
import { KeyManagerError } from '@chatelaine/core'
import { CKA, CKF, CKK, CKM } from './constants.ts'
import { readElement } from './der.ts'
import type { Found } from './find.ts'
import type { KeySize, Layout } from './layout.ts'
import type { Handle, Session } from './session.ts'
import { alternativeIv, hasMechanism, sessionSecret } from './wrap-mechanisms.ts'

// An RSA key of 16384 bits as PKCS#8 has about 9,300 bytes; RFC 5649 adds at most 15.
const mostPkcs8 = 16_384
const overhead = 64

/**
 * Reads keys that a token gives out only wrapped by another key, as many devices do: CKA_SENSITIVE, but CKA_EXTRACTABLE. The
 * other key is one of this session, made from random bytes that are known here.
 */
export class Exporter {
  readonly #session: Session
  #key: { readonly generation: number; readonly handle: Handle; readonly bytes: Buffer } | undefined

  constructor(session: Session) {
    this.#session = session
  }

  /** The key's canonical value; throws what the token answers where it does not give the key out so either. */
  read({ handle, layout }: Found, { bitLength = 0 }: KeySize): Buffer {
    const key = this.#wrappingKey()
    const mechanism = { mechanism: this.#mechanism() }
    const room = Math.max(mostPkcs8, bitLength / 8 + overhead)
    const wrapped = this.#session.wrapKey(mechanism, key.handle, handle, room)
    const decipher = createDecipheriv('id-aes256-wrap-pad', key.bytes, alternativeIv)
    const plain = Buffer.concat([decipher.update(wrapped), decipher.final()])
    if (layout?.kind === 'private') return canonicalPkcs8(layout, plain)
    // Some modules fill the key up to a multiple of eight bytes first.
    return Buffer.from(bitLength === 0 ? plain : plain.subarray(0, bitLength / 8))
  }

  #wrappingKey(): { readonly handle: Handle; readonly bytes: Buffer } {
    const { generation } = this.#session
    if (this.#key?.generation !== generation) {
      const bytes = randomBytes(32)
      const template = [...sessionSecret(bytes, CKK.AES), { type: CKA.WRAP, value: true }]
      this.#key = { generation, handle: this.#session.create(template), bytes }
    }
    return this.#key
  }

  #mechanism(): number {
    const wraps = [CKM.AES_KEY_WRAP_KWP, CKM.AES_KEY_WRAP_PAD]
    const mechanism = wraps.find((each) => hasMechanism(this.#session, each, CKF.WRAP))
    if (mechanism !== undefined) return mechanism
    throw new KeyManagerError('not_extractable', 'the token has no mechanism by which this key could be read')
  }
}

// Modules differ in what they put into PKCS#8 beside the key itself, such as the public half.
function canonicalPkcs8(layout: Layout, plain: Buffer): Buffer {
  const attributes = layout.write(readElement(plain).whole)
  const { value } = layout.read(
    attributes.map((attribute) => (Buffer.isBuffer(attribute.value) ? attribute.value : none)),
  )
  plain.fill(0)
  return value
}

const none = Buffer.alloc(0)
