import { KeyManagerError } from '@chatelaine/core'
import type { AesGcm240Params, Session as GrapheneSession, Module, SessionFlag, Slot } from 'graphene-pk11'
import type { LaneSettings } from '../protocol.ts'
import { CKF, userStates } from './constants.ts'
import { CKR, cureOf, isReturnValue } from './failure.ts'
import type { Attribute } from './layout.ts'
import { loadModule, loginFailure, needsLogin, refusalToLogIn, selectSlot, unauthenticated } from './token.ts'

/** A token's object as this process knows it; valid until the login ends, and in this process only. */
export type Handle = Buffer

/** What C_GenerateKey and its like take. */
export interface Mechanism {
  readonly mechanism: number
  readonly parameter?: ReturnType<AesGcm240Params['toCKI']>
}

const handlesPerSearch = 256

/**
 * The lane's one session with its token, logged in; calls are made one after another. The binding's plain functions serve
 * the hot path, where objects of graphene cost twice the time.
 */
export class Session {
  readonly slot: Slot
  readonly #module: Module
  readonly #settings: LaneSettings
  #session: GrapheneSession
  #generation = 0
  #refused: LoginRefused | undefined

  private constructor(module: Module, slot: Slot, settings: LaneSettings) {
    this.#module = module
    this.slot = slot
    this.#settings = settings
    this.#session = this.#open()
  }

  /** Loads the module, finds the token, opens a session and logs in; `wrongPin` of a {@link LoginRefused} says never to do so again. */
  static open(settings: LaneSettings): Session {
    const module = loadModule(settings)
    const slot = selectSlot(module, settings.selector)
    const session = new Session(module, slot, settings)
    session.#logIn()
    return session
  }

  /** Grows with each login: handles and cursors of an earlier one are void. */
  get generation(): number {
    return this.#generation
  }

  /**
   * Does `work`; where the token has ended the session or the login, which it does before doing anything, opens a new one
   * and does it again, once.
   */
  recovering<Result>(work: () => Result): Result {
    try {
      return work()
    } catch (error) {
      const cure = cureOf(error)
      if (cure !== 'session' && cure !== 'login') throw error
      this.#renew()
      return work()
    }
  }

  /** Whether the module still answers; after an error that may mean anything. */
  answers(): boolean {
    try {
      this.slot.getToken()
      this.#module.lib.C_GetSessionInfo(this.#session.handle)
      return true
    } catch {
      return false
    }
  }

  /** Throws unless the session is there and logged in; a lost login is renewed. */
  assertLoggedIn(): void {
    if (this.#settings.pin === undefined || this.#isLoggedIn()) return
    this.#renew()
  }

  /** Whether the login was lost, and has been renewed, so that what was not found may be there. */
  renewedLogin(): boolean {
    const before = this.#generation
    this.assertLoggedIn()
    return this.#generation !== before
  }

  create(template: Attribute[]): Handle {
    return this.#module.lib.C_CreateObject(this.#session.handle, template)
  }

  destroy(object: Handle): void {
    this.#module.lib.C_DestroyObject(this.#session.handle, object)
  }

  /** At most `limit` objects that have all attributes of `template`. */
  find(template: Attribute[], limit = Number.POSITIVE_INFINITY): Handle[] {
    const { lib } = this.#module
    const { handle } = this.#session
    lib.C_FindObjectsInit(handle, template)
    try {
      return this.#found(limit)
    } finally {
      lib.C_FindObjectsFinal(handle)
    }
  }

  /** The attributes' values in the order of `types`; one that the token keeps, or has not, fails them all. */
  read(object: Handle, types: readonly number[]): Buffer[] {
    // The binding writes the values into the template: a new one each time keeps no value alive.
    const template = types.map((type) => ({ type }))
    const read: readonly { readonly value?: unknown }[] = this.#module.lib.C_GetAttributeValue(
      this.#session.handle,
      object,
      template,
    )
    return read.map(({ value }) => (Buffer.isBuffer(value) ? value : Buffer.alloc(0)))
  }

  generateKey(mechanism: Mechanism, template: Attribute[]): Handle {
    return this.#module.lib.C_GenerateKey(this.#session.handle, mechanism, template)
  }

  generateKeyPair(
    mechanism: Mechanism,
    publicTemplate: Attribute[],
    privateTemplate: Attribute[],
  ): { publicKey: Handle; privateKey: Handle } {
    return this.#module.lib.C_GenerateKeyPair(this.#session.handle, mechanism, publicTemplate, privateTemplate)
  }

  /** `key` under `wrappingKey`, in at most `room` bytes. */
  wrapKey(mechanism: Mechanism, wrappingKey: Handle, key: Handle, room: number): Buffer {
    return this.#module.lib.C_WrapKey(this.#session.handle, mechanism, wrappingKey, key, Buffer.alloc(room))
  }

  unwrapKey(mechanism: Mechanism, unwrappingKey: Handle, wrapped: Buffer, template: Attribute[]): Handle {
    return this.#module.lib.C_UnwrapKey(this.#session.handle, mechanism, unwrappingKey, wrapped, template)
  }

  /** `bytes` enciphered, in at most `room` bytes. */
  encrypt(mechanism: Mechanism, key: Handle, bytes: Buffer, room: number): Buffer {
    this.#module.lib.C_EncryptInit(this.#session.handle, mechanism, key)
    return this.#module.lib.C_Encrypt(this.#session.handle, bytes, Buffer.alloc(room))
  }

  /** `bytes` deciphered, in at most `room` bytes. */
  decrypt(mechanism: Mechanism, key: Handle, bytes: Buffer, room: number): Buffer {
    this.#module.lib.C_DecryptInit(this.#session.handle, mechanism, key)
    return this.#module.lib.C_Decrypt(this.#session.handle, bytes, Buffer.alloc(room))
  }

  /** Ends everything this process has with the module. */
  end(): void {
    this.#module.finalize()
  }

  #found(limit: number): Handle[] {
    const objects: Handle[] = []
    while (objects.length < limit) {
      const wanted = Math.min(limit - objects.length, handlesPerSearch)
      const some = this.#module.lib.C_FindObjects(this.#session.handle, wanted)
      objects.push(...some)
      if (some.length === 0) break
    }
    return objects
  }

  #open(): GrapheneSession {
    // A union of flags is no member of the enumeration that the declaration wants.
    const flags: unknown = CKF.SERIAL_SESSION | (this.#settings.readOnly ? 0 : CKF.RW_SESSION)
    return this.slot.open(flags as SessionFlag)
  }

  #renew(): void {
    try {
      this.#session.close()
    } catch {
      // It may be gone already, which is why a new one is opened.
    }
    this.#session = this.#open()
    this.#logIn()
  }

  #logIn(): void {
    this.#generation += 1
    if (this.#settings.pin === undefined) {
      if (!needsLogin(this.slot)) return
      throw new KeyManagerError('invalid_argument', 'the token wants a PIN: set login')
    }
    if (this.#isLoggedIn()) return
    const refusal = refusalToLogIn(this.slot, this.#settings)
    if (refusal) throw refusal
    this.#tryPin(Buffer.from(this.#settings.pin).toString('utf8'))
  }

  #tryPin(pin: string): void {
    if (this.#refused) throw this.#refused
    try {
      this.#session.login(pin)
    } catch (error) {
      if (isReturnValue(error, CKR.USER_ALREADY_LOGGED_IN)) return
      if (!isReturnValue(error, ...refusedPins)) throw error
      this.#refused = new LoginRefused(loginFailure(error))
      throw this.#refused
    }
  }

  #isLoggedIn(): boolean {
    const { state } = this.#module.lib.C_GetSessionInfo(this.#session.handle)
    return userStates.includes(state)
  }
}

// PIN_INCORRECT, PIN_INVALID, PIN_LEN_RANGE, PIN_EXPIRED, PIN_LOCKED, USER_PIN_NOT_INITIALIZED.
const refusedPins = [0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0x102]

/** The token has refused this PIN: trying it again would only bring the token nearer to being locked. */
export class LoginRefused extends Error {
  readonly refusal: KeyManagerError

  constructor(message: string) {
    super(message)
    this.refusal = unauthenticated(message)
  }
}
