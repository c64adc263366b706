import { createCipheriv, randomBytes } from 'node:crypto'
import { aesKwp, KeyManagerError } from '@chatelaine/core'
import type { WrapRequest } from '../protocol.ts'
import { CKA, CKF, CKK, CKM, CKO } from './constants.ts'
import { cureOf } from './failure.ts'
import type { Attribute } from './layout.ts'
import type { Objects } from './objects.ts'
import type { Handle, Mechanism, Session } from './session.ts'

// RFC 5649 adds at most 15 bytes; a module may want room for its own.
const overhead = 64

/** Wraps and unwraps bytes under a key that stays in the token: they are there as a key of the session, for that moment. */
export class Wrapper {
  readonly #objects: Objects
  #mechanism: Mechanism | undefined

  constructor(objects: Objects) {
    this.#objects = objects
  }

  wrap({ name, bytes }: WrapRequest): Buffer {
    const { session } = this.#objects
    return this.#objects.at(name, ({ handle, layout }) => {
      assertAes(layout?.algorithm)
      const key = session.create(sessionSecret(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)))
      return withObject(session, key, () => session.wrapKey(this.#kwp(), handle, key, bytes.length + overhead))
    })
  }

  unwrap({ name, bytes }: WrapRequest): Buffer {
    const { session } = this.#objects
    return this.#objects.at(name, ({ handle, layout }) => {
      assertAes(layout?.algorithm)
      if (bytes.length < 16 || bytes.length % 8 !== 0) throw integrity()
      const key = this.#unwrapped(handle, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
      return withObject(session, key, () => session.read(key, [CKA.VALUE])[0] ?? Buffer.alloc(0))
    })
  }

  #unwrapped(key: Handle, wrapped: Buffer): Handle {
    const { session } = this.#objects
    try {
      return session.unwrapKey(this.#kwp(), key, wrapped, sessionSecret())
    } catch (error) {
      // Modules report a failed integrity check by anything up to CKR_GENERAL_ERROR.
      if (cureOf(error) === 'probe' && session.answers()) throw integrity()
      throw error
    }
  }

  #kwp(): Mechanism {
    this.#mechanism ??= kwpMechanism(this.#objects.session)
    if (!this.#mechanism) throw new KeyManagerError('unsupported', 'the token has no AES key wrap with padding')
    return this.#mechanism
  }
}

/**
 * The mechanism by which the token does RFC 5649, proved by a known answer: CKM_AES_KEY_WRAP_PAD is RFC 5649 in some
 * modules and something older in others. Undefined where none does.
 */
export function kwpMechanism(session: Session): Mechanism | undefined {
  return [CKM.AES_KEY_WRAP_KWP, CKM.AES_KEY_WRAP_PAD]
    .filter((mechanism) => hasMechanism(session, mechanism, CKF.WRAP))
    .map((mechanism) => ({ mechanism }))
    .find((mechanism) => answersAsKnown(session, mechanism))
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

function answersAsKnown(session: Session, mechanism: Mechanism): boolean {
  const [key, secret] = [randomBytes(32), randomBytes(20)]
  try {
    const wrappingKey = session.create([...sessionSecret(key, CKK.AES), { type: CKA.WRAP, value: true }])
    return withObject(session, wrappingKey, () => {
      const wrapped = session.create(sessionSecret(secret))
      return withObject(session, wrapped, () =>
        session.wrapKey(mechanism, wrappingKey, wrapped, secret.length + overhead).equals(kwp(key, secret)),
      )
    })
  } catch {
    return false
  }
}

function kwp(key: Buffer, secret: Buffer): Buffer {
  const cipher = createCipheriv('id-aes256-wrap-pad', key, Buffer.from('a65959a6', 'hex'))
  return Buffer.concat([cipher.update(secret), cipher.final()])
}

function sessionSecret(value?: Buffer, keyType: number = CKK.GENERIC_SECRET): Attribute[] {
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

function withObject<Result>(session: Session, object: Handle, use: () => Result): Result {
  try {
    return use()
  } finally {
    session.destroy(object)
  }
}

function assertAes(algorithm: string | undefined): void {
  if (algorithm === 'AES') return
  throw new KeyManagerError('invalid_argument', 'wrap and unwrap need a symmetric key of algorithm AES')
}

function integrity(): KeyManagerError {
  return new KeyManagerError('integrity', 'the bytes were not wrapped by this key')
}

/** The mechanisms of `unwrap`, by their names in the interface. */
export function wrapNames(session: Session): string[] {
  return kwpMechanism(session) ? [aesKwp] : []
}
