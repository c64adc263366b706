import { KeyManagerError } from '@chatelaine/core'
import type { WrapRequest } from '../protocol.ts'
import { cureOf } from './failure.ts'
import type { Found } from './find.ts'
import type { Objects } from './objects.ts'
import { findWrapMechanisms, type WrapMechanism } from './wrap-mechanisms.ts'

/** Wraps and unwraps bytes under a key that stays in the token. */
export class Wrapper {
  readonly #objects: Objects
  #mechanisms: readonly WrapMechanism[] | undefined

  constructor(objects: Objects) {
    this.#objects = objects
  }

  /** The mechanisms of `unwrap`, by their names; the first is that of `wrap`. */
  names(): string[] {
    return this.#all().map(({ name }) => name)
  }

  wrap({ id, mechanism, bytes }: WrapRequest): Buffer {
    const { wrap } = this.#named(mechanism)
    if (!wrap) throw new KeyManagerError('unsupported', `the token cannot wrap by ${mechanism}`)
    return this.#objects.at(id, (found) => wrap(this.#objects.session, aes(found), view(bytes)))
  }

  unwrap({ id, mechanism, bytes }: WrapRequest): Buffer {
    const { unwrap, shortest } = this.#named(mechanism)
    return this.#objects.at(id, (found) => {
      const key = aes(found)
      if (bytes.length < shortest) throw integrity()
      try {
        return unwrap(this.#objects.session, key, view(bytes))
      } catch (error) {
        // Modules report a failed integrity check by anything up to CKR_GENERAL_ERROR.
        if (cureOf(error) === 'probe' && this.#objects.session.answers()) throw integrity()
        throw error
      }
    })
  }

  #named(mechanism: string): WrapMechanism {
    const found = this.#all().find(({ name }) => name === mechanism)
    if (!found) throw new KeyManagerError('unsupported', `the token has no ${mechanism}`)
    return found
  }

  #all(): readonly WrapMechanism[] {
    this.#mechanisms ??= probed(() => findWrapMechanisms(this.#objects.session))
    return this.#mechanisms
  }
}

// A token that takes no key of ours, not even for the session, can prove nothing: then it is not relied on.
function probed(probe: () => WrapMechanism[]): WrapMechanism[] {
  try {
    return probe()
  } catch (error) {
    if (cureOf(error) === undefined) return []
    throw error
  }
}

function aes({ handle, layout }: Found): Buffer {
  if (layout?.algorithm === 'AES') return handle
  throw new KeyManagerError('invalid_argument', 'wrap and unwrap need a symmetric key of algorithm AES')
}

function view(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function integrity(): KeyManagerError {
  return new KeyManagerError('integrity', 'the bytes were not wrapped by this key')
}
