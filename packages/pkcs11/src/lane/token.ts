import { isAbsolute } from 'node:path'
import { KeyManagerError } from '@chatelaine/core'
import { Module, type Slot, TokenFlag, type Token as TokenInfo } from 'graphene-pk11'
import type { LaneSettings, TokenSelector } from '../protocol.ts'
import { CKF } from './constants.ts'
import { returnValueOf, toFailure } from './failure.ts'

/** Loads and initialises the module; a file that is no module is `invalid_argument`. */
export function loadModule({ libraryPath, initializeArgs }: LaneSettings): Module {
  const module = load(libraryPath)
  const parameters = initializeArgs === undefined ? {} : { libraryParameters: nssParameters(initializeArgs) }
  // Without the flag a module may take us for single-threaded, and some have threads of their own.
  module.initialize({ flags: CKF.OS_LOCKING_OK, ...parameters })
  return module
}

// The binding hands over the string without its last character.
function nssParameters(initializeArgs: string): string {
  return `${initializeArgs} `
}

function load(libraryPath: string): Module {
  if (!isAbsolute(libraryPath)) throw invalid(`library_path ${libraryPath} is not absolute`)
  try {
    return Module.load(libraryPath)
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : ''
    throw invalid(`library_path ${libraryPath} is no PKCS#11 module that can be loaded: ${why}`)
  }
}

/** The slot whose token is meant; `unavailable`, with the tokens that are there, where it is not present. */
export function selectSlot(module: Module, selector: TokenSelector): Slot {
  const present = presentTokens(module)
  const matching = matches(present, selector)
  const [first, second] = matching
  if (first && second) throw invalid(`${described(selector)} fits several tokens: ${listed(matching)}`)
  if (first) return first.slot
  const tokens = present.length === 0 ? 'there is no token' : `there are: ${listed(present)}`
  throw new KeyManagerError('unavailable', `no token has ${described(selector)}; ${tokens}`)
}

interface PresentToken {
  readonly slot: Slot
  readonly id: bigint
  readonly token: TokenInfo
}

function presentTokens(module: Module): PresentToken[] {
  const slots = module.getSlots(true)
  return Array.from({ length: slots.length }, (_, index) => index).flatMap((index) => {
    try {
      const slot = slots.items(index)
      return [{ slot, id: slot.handle.readBigUInt64LE(0), token: slot.getToken() }]
    } catch (error) {
      // A token that is just being taken out, or that the module does not understand, is not the one.
      if (returnValueOf(error) === undefined) throw error
      return []
    }
  })
}

function matches(present: readonly PresentToken[], { serialNumber, labels, slotId }: TokenSelector): PresentToken[] {
  if (serialNumber !== undefined) return present.filter(({ token }) => token.serialNumber === serialNumber)
  if (slotId !== undefined) return present.filter(({ id }) => id === BigInt(slotId))
  for (const label of labels ?? []) {
    const matching = present.filter(({ token }) => isInitialized(token) && token.label === label)
    if (matching.length > 0) return matching
  }
  return []
}

function isInitialized({ flags }: TokenInfo): boolean {
  return (flags & TokenFlag.TOKEN_INITIALIZED) !== 0
}

function described({ serialNumber, labels, slotId }: TokenSelector): string {
  if (serialNumber !== undefined) return `token_serial_number ${JSON.stringify(serialNumber)}`
  if (slotId !== undefined) return `slot_id ${slotId}`
  return `one of the token_labels ${(labels ?? []).map((label) => JSON.stringify(label)).join(', ')}`
}

function listed(tokens: readonly PresentToken[]): string {
  const texts = tokens.map(({ token, id }) => {
    const name = isInitialized(token) ? JSON.stringify(token.label) : 'an uninitialised token'
    return `${name} (serial number ${JSON.stringify(token.serialNumber)}, slot ${id})`
  })
  return texts.join(', ')
}

function invalid(message: string): KeyManagerError {
  return new KeyManagerError('invalid_argument', message)
}

/** What the first sight of the token says against trying the PIN; undefined where nothing does. */
export function refusalToLogIn(slot: Slot, settings: LaneSettings): KeyManagerError | undefined {
  const { flags } = slot.getToken()
  if ((flags & TokenFlag.USER_PIN_LOCKED) !== 0) return unauthenticated('the PIN is locked')
  if ((flags & TokenFlag.USER_PIN_FINAL_TRY) !== 0 && !settings.finalTry) {
    return unauthenticated('one more wrong PIN would lock the token, so that none is tried; final_try = true allows it')
  }
  return undefined
}

/** Whether the token's private objects show only after a login. */
export function needsLogin(slot: Slot): boolean {
  return (slot.getToken().flags & TokenFlag.LOGIN_REQUIRED) !== 0
}

/** The error for a PIN that the token has refused. */
export function unauthenticated(message: string): KeyManagerError {
  return new KeyManagerError('unauthenticated', message)
}

/** Why C_Login failed, as text without the PIN. */
export function loginFailure(error: unknown): string {
  return `the token refuses the login: ${toFailure(error).message}`
}
