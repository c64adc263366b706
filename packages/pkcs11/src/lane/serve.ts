import { KeyManagerError } from '@chatelaine/core'
import type { Failure, LaneSettings, Request, Results, TokenAbilities } from '../protocol.ts'
import { findAbilities } from './abilities.ts'
import { cureOf, toFailure } from './failure.ts'
import { Lister } from './list.ts'
import { Maker } from './make.ts'
import { Objects } from './objects.ts'
import { LoginRefused, Session } from './session.ts'
import { Wrapper } from './wrap.ts'

/** Does what is asked of one token, one request after another; every call blocks. */
export class Server {
  readonly #session: Session
  readonly #objects: Objects
  readonly #maker: Maker
  readonly #lister: Lister
  readonly #wrapper: Wrapper

  constructor(settings: LaneSettings) {
    this.#session = Session.open(settings)
    this.#objects = new Objects(this.#session, settings.exportWrapped)
    this.#maker = new Maker(this.#objects)
    this.#lister = new Lister(this.#objects)
    this.#wrapper = new Wrapper(this.#objects)
  }

  abilities(): TokenAbilities {
    return findAbilities(this.#session, this.#wrapper)
  }

  /** The result, or why there is none; never throws. */
  answer(request: Request): { result: Results[keyof Results] } | { failure: Failure } {
    try {
      return { result: this.#session.recovering(() => this.#do(request)) }
    } catch (error) {
      return { failure: this.#failure(error) }
    }
  }

  end(): void {
    this.#session.end()
  }

  #do(request: Request): Results[keyof Results] {
    switch (request.op) {
      case 'get':
        return this.#objects.get(request.id)
      case 'describe':
        return this.#objects.describe(request.id)
      case 'delete':
        return this.#objects.delete(request.id)
      case 'store':
        return this.#maker.store(request)
      case 'check':
        return this.#maker.isStored(request.store)
      case 'createKey':
        return this.#maker.createKey(request)
      case 'createKeyPair':
        return this.#maker.createKeyPair(request)
      case 'list':
        return this.#lister.list(request)
      case 'wrap':
        return this.#wrapper.wrap(request)
      case 'unwrap':
        return this.#wrapper.unwrap(request)
      case 'health':
        this.#session.assertLoggedIn()
        return true
      default:
        throw new KeyManagerError('unsupported', 'a lane of another version')
    }
  }

  #failure(error: unknown): Failure {
    const failure = openingFailure(error)
    const cure = cureOf(error)
    if (cure === undefined || failure.wrongPin) return failure
    if (cure === 'probe' && this.#session.answers()) return failure
    return { ...failure, code: 'unavailable', retryable: true, broken: true }
  }
}

/** Why a lane could not be opened, or a login not be renewed. */
export function openingFailure(error: unknown): Failure {
  if (error instanceof LoginRefused) return { ...toFailure(error.refusal), wrongPin: true }
  return toFailure(error)
}
