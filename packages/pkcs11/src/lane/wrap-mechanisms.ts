import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { aesKwp } from '@chatelaine/core'
import { AesGcm240Params } from 'graphene-pk11'
import { CKA, CKF, CKK, CKM, CKO } from './constants.ts'
import type { Attribute } from './layout.ts'
import type { Handle, Mechanism, Session } from './session.ts'

/** A way to put bytes under a key of the token, by its name in the interface. */
export interface WrapMechanism {
  readonly name: string
  /** Absent where the token can only take off what others have put on. */
  readonly wrap?: (session: Session, key: Handle, bytes: Buffer) => Buffer
  readonly unwrap: (session: Session, key: Handle, wrapped: Buffer) => Buffer
  /** The fewest bytes that can have been wrapped. */
  readonly shortest: number
}

const aesGcm = 'AES-GCM'
const ivLength = 12
const tagBits = 128
// RFC 5649 adds at most 15 bytes; a module may want room for its own.
const room = 64

/**
 * The ways that this token has, proved by known answers under a key of the session, the one for `wrap` first. The proof is
 * needed: CKM_AES_KEY_WRAP_PAD is RFC 5649 in some modules and something older in others, and SoftHSM fills a key up to a
 * multiple of eight bytes before it wraps it, which loses its length.
 */
export function findWrapMechanisms(session: Session): WrapMechanism[] {
  const key = randomBytes(32)
  const secret = randomBytes(20)
  return withObject(session, [...sessionSecret(key, CKK.AES), ...usage], (handle) => {
    const all = [...keyWraps(session), ...gcms(session)].filter((each) =>
      unwrapsKnown(session, handle, each, key, secret),
    )
    const whole = all.filter((each) => wrapsKnown(session, handle, each, key, secret))
    const [first] = whole
    if (!first) return []
    const rest = all.filter((each) => each.name !== first.name)
    return [first, ...rest.map(({ name, unwrap, shortest }) => ({ name, unwrap, shortest }))]
  })
}

const usage = [CKA.WRAP, CKA.UNWRAP, CKA.ENCRYPT, CKA.DECRYPT].map((type) => ({ type, value: true }))

function keyWraps(session: Session): WrapMechanism[] {
  const mechanism = [CKM.AES_KEY_WRAP_KWP, CKM.AES_KEY_WRAP_PAD].find((each) => hasMechanism(session, each, CKF.UNWRAP))
  return mechanism === undefined ? [] : [keyWrap({ mechanism })]
}

// C_WrapKey and C_UnwrapKey want keys: the bytes are there as a key of the session, for that moment.
function keyWrap(mechanism: Mechanism): WrapMechanism {
  return {
    name: aesKwp,
    shortest: 16,
    wrap: (session, key, bytes) =>
      withObject(session, sessionSecret(bytes), (secret) =>
        session.wrapKey(mechanism, key, secret, bytes.length + room),
      ),
    unwrap(session, key, wrapped) {
      const secret = session.unwrapKey(mechanism, key, wrapped, sessionSecret())
      try {
        return session.read(secret, [CKA.VALUE])[0] ?? Buffer.alloc(0)
      } finally {
        session.destroy(secret)
      }
    },
  }
}

function gcms(session: Session): WrapMechanism[] {
  return hasMechanism(session, CKM.AES_GCM, CKF.ENCRYPT) ? [gcm] : []
}

const gcm: WrapMechanism = {
  name: aesGcm,
  shortest: ivLength + tagBits / 8 + 1,
  wrap(session, key, bytes) {
    const iv = randomBytes(ivLength)
    return Buffer.concat([iv, session.encrypt(gcmMechanism(iv), key, bytes, bytes.length + room)])
  },
  unwrap(session, key, wrapped) {
    const iv = Buffer.from(wrapped.subarray(0, ivLength))
    return session.decrypt(gcmMechanism(iv), key, wrapped.subarray(ivLength), wrapped.length)
  },
}

function gcmMechanism(iv: Buffer): Mechanism {
  return { mechanism: CKM.AES_GCM, parameter: new AesGcm240Params(iv, Buffer.alloc(0), tagBits).toCKI() }
}

function unwrapsKnown(session: Session, handle: Handle, each: WrapMechanism, key: Buffer, secret: Buffer): boolean {
  try {
    return each.unwrap(session, handle, references[each.name]?.wrap(key, secret) ?? Buffer.alloc(0)).equals(secret)
  } catch {
    return false
  }
}

function wrapsKnown(session: Session, handle: Handle, each: WrapMechanism, key: Buffer, secret: Buffer): boolean {
  try {
    const wrapped = each.wrap?.(session, handle, secret) ?? Buffer.alloc(0)
    return references[each.name]?.unwrap(key, wrapped).equals(secret) ?? false
  } catch {
    return false
  }
}

interface Reference {
  readonly wrap: (key: Buffer, secret: Buffer) => Buffer
  readonly unwrap: (key: Buffer, wrapped: Buffer) => Buffer
}

/** The initial value of RFC 5649, section 3, as OpenSSL wants it. */
export const alternativeIv = Buffer.from('a65959a6', 'hex')

const references: Readonly<Record<string, Reference>> = {
  [aesKwp]: {
    wrap(key, secret) {
      const cipher = createCipheriv('id-aes256-wrap-pad', key, alternativeIv)
      return Buffer.concat([cipher.update(secret), cipher.final()])
    },
    unwrap(key, wrapped) {
      const decipher = createDecipheriv('id-aes256-wrap-pad', key, alternativeIv)
      return Buffer.concat([decipher.update(wrapped), decipher.final()])
    },
  },
  [aesGcm]: {
    wrap(key, secret) {
      const iv = randomBytes(ivLength)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      return Buffer.concat([iv, cipher.update(secret), cipher.final(), cipher.getAuthTag()])
    },
    unwrap(key, wrapped) {
      const decipher = createDecipheriv('aes-256-gcm', key, wrapped.subarray(0, ivLength))
      decipher.setAuthTag(wrapped.subarray(-tagBits / 8))
      return Buffer.concat([decipher.update(wrapped.subarray(ivLength, -tagBits / 8)), decipher.final()])
    },
  },
}

/** Whether the token lists the mechanism, for what `flag` says. */
export function hasMechanism(session: Session, mechanism: number, flag: number): boolean {
  const mechanisms = session.slot.getMechanisms()
  for (let index = 0; index < mechanisms.length; index++) {
    const entry = mechanisms.tryGetItem(index)
    if (entry?.type === mechanism) return (entry.flags & flag) !== 0
  }
  return false
}

/** A key of the session: `value`, or what is to be unwrapped. */
export function sessionSecret(value?: Buffer, keyType: number = CKK.GENERIC_SECRET): Attribute[] {
  return [
    { type: CKA.CLASS, value: CKO.SECRET_KEY },
    { type: CKA.KEY_TYPE, value: keyType },
    { type: CKA.TOKEN, value: false },
    { type: CKA.PRIVATE, value: true },
    { type: CKA.SENSITIVE, value: false },
    { type: CKA.EXTRACTABLE, value: true },
    ...(value ? [{ type: CKA.VALUE, value }] : []),
  ]
}

function withObject<Result>(session: Session, template: Attribute[], use: (object: Handle) => Result): Result {
  const object = session.create(template)
  try {
    return use(object)
  } finally {
    session.destroy(object)
  }
}
