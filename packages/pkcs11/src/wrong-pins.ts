import { createHmac, randomBytes } from 'node:crypto'
import { KeyManagerError } from '@chatelaine/core'
import type { LaneSettings } from './protocol.ts'

// A token locks itself after a few wrong PINs, and an application that cannot open its key manager likes to try again: what a
// token has refused is not shown to it a second time by this process.
const refused = new Map<string, string>()
const inTrial = new Map<string, Promise<unknown>>()
const key = randomBytes(32)

/** The token has seen the PIN and refused it. */
export class WrongPin extends KeyManagerError {}

/** Calls `open` unless the token is known to refuse the PIN; of several at once with one PIN, the first tries it alone. */
export async function withPin<Result>(settings: LaneSettings, open: () => Promise<Result>): Promise<Result> {
  if (settings.pin === undefined) return open()
  const print = fingerprint(settings, settings.pin)
  for (let trial = inTrial.get(print); trial; trial = inTrial.get(print)) await trial.catch(() => undefined)
  const message = refused.get(print)
  if (message !== undefined) throw new KeyManagerError('unauthenticated', `${message}; it is not tried again`)
  const trial = open()
  inTrial.set(print, trial)
  try {
    return await trial
  } catch (error) {
    if (error instanceof WrongPin) refused.set(print, error.message)
    throw error
  } finally {
    inTrial.delete(print)
  }
}

function fingerprint({ libraryPath, initializeArgs, selector }: LaneSettings, pin: Uint8Array): string {
  const where = JSON.stringify([libraryPath, initializeArgs, selector])
  return createHmac('sha256', key).update(where).update('\0').update(pin).digest('hex')
}
