import { KeyManagerError } from '@chatelaine/core'
import { Call, type CallFields } from './call.ts'
import { Careful } from './careful.ts'
import { confirm } from './confirm.ts'
import { LaneSlot, type SlotSettings } from './lane-slot.ts'
import type { Answer, Failure, Request, Results, TokenAbilities } from './protocol.ts'
import { WrongPin } from './wrong-pins.ts'

export interface PoolSettings extends SlotSettings {
  readonly lanes: number
}

const firstPauseMs = 100
const longestPauseMs = 5_000
const endMs = 1_000

/**
 * Spreads calls over lanes, starts lanes when they are needed and replaces those that are lost. A call that a lost lane had
 * not begun, or that only reads, is given to another lane once; a change that was begun is looked up.
 */
export class LanePool {
  readonly #slots: readonly LaneSlot[]
  readonly #timeoutMs: number
  #waiting: Call[] = []
  readonly #running = new Set<Call>()
  readonly #pin: Uint8Array | undefined
  #opening: PromiseWithResolvers<TokenAbilities> | undefined
  #starting: LaneSlot | undefined
  /** Why the last lane could not start, and until when no other is started. */
  #failure: Failure | undefined
  #pauseMs = 0
  #pausedUntil = 0
  /** The token has refused the PIN: no lane is started any more. */
  #refused: Failure | undefined
  #closed = false
  #willPump = false
  /** There where one lane, the first, must make all changes. */
  #careful: Careful | undefined
  #onDrained: (() => void) | undefined

  private constructor(settings: PoolSettings) {
    this.#timeoutMs = settings.timeoutMs
    this.#pin = settings.lane.pin
    const events = {
      onReady: this.#onReady,
      onRefused: this.#onRefused,
      onAnswer: this.#onAnswer,
      onRoom: this.#pump,
      onSilent: this.#onSilent,
      onLost: this.#onLost,
    }
    this.#slots = Array.from({ length: settings.lanes }, () => new LaneSlot(settings, events))
  }

  /** Starts the first lane, alone: the others log in only after it could. */
  static async open(settings: PoolSettings): Promise<{ pool: LanePool; abilities: TokenAbilities }> {
    const pool = new LanePool(settings)
    pool.#opening = Promise.withResolvers()
    pool.#startLane()
    try {
      const abilities = await pool.#opening.promise
      if (abilities.oneWriter) pool.#careful = new Careful(() => pool.#writer?.kill())
      return { pool, abilities }
    } catch (error) {
      await pool.close(0)
      throw error
    } finally {
      pool.#opening = undefined
    }
  }

  /** Resolves to what a lane answers; rejects with a KeyManagerError. The request's secret bytes are wiped when it is settled. */
  async call<Op extends keyof Results>(
    request: Request & { readonly op: Op },
    fields: Omit<CallFields, 'timeoutMs' | 'reader'>,
  ): Promise<Results[Op]> {
    const submit = (each: Request, reader = false) =>
      this.#submit(each, { ...fields, reader, timeoutMs: this.#timeoutMs })
    try {
      return (await (this.#careful?.call(request, submit) ?? submit(request))) as Results[Op]
    } finally {
      wipe(request)
    }
  }

  /** Waits `timeoutMs` for calls on their way, fails what is left, and ends the lanes. */
  async close(timeoutMs: number): Promise<void> {
    this.#closed = true
    await this.#drained(timeoutMs)
    for (const call of this.#waiting.splice(0)) call.fail(closed)
    await Promise.all(this.#slots.map((slot) => slot.end(endMs)))
    for (const call of this.#running) call.fail(closed)
    this.#pin?.fill(0)
  }

  async #submit(request: Request, fields: CallFields): Promise<Results[keyof Results]> {
    const call = new Call(request, fields)
    const failure = this.#failFast()
    if (failure) call.fail(failure)
    else this.#admit(call)
    try {
      return await call.outcome
    } finally {
      this.#running.delete(call)
      if (this.#running.size === 0) this.#onDrained?.()
    }
  }

  #admit(call: Call): void {
    this.#running.add(call)
    this.#waiting.push(call)
    if (this.#willPump) return
    this.#willPump = true
    // After all callers that have just been answered have asked again: one message for them all.
    process.nextTick(this.#pump)
  }

  #failFast(): Failure | undefined {
    return this.#closed ? closed : this.#hopeless()
  }

  // No lane serves or is about to, and none will be started now.
  #hopeless(): Failure | undefined {
    if (this.#starting || this.#slots.some((slot) => slot.isServing)) return undefined
    if (this.#refused) return this.#refused
    return performance.now() < this.#pausedUntil ? this.#failure : undefined
  }

  readonly #pump = (): void => {
    this.#willPump = false
    const { batches, left, next } = this.#assigned()
    this.#waiting = left.concat(this.#waiting.slice(next))
    for (const [slot, calls] of batches) slot.send(calls)
    for (const call of left) this.#startLane(call)
    const failure = this.#hopeless()
    if (failure) for (const call of this.#waiting.splice(0)) call.fail(failure)
  }

  // Goes through the calls that wait until no lane has room; `next` is the first that was not looked at.
  #assigned(): { batches: Map<LaneSlot, Call[]>; left: Call[]; next: number } {
    const batches = new Map<LaneSlot, Call[]>()
    const left: Call[] = []
    let room = this.#slots.reduce((sum, slot) => sum + slot.room, 0)
    let next = 0
    for (; next < this.#waiting.length && (room > 0 || next === 0); next++) {
      const call = this.#waiting[next]
      if (!call || call.settled) continue
      const slot = this.#slotFor(call, batches)
      const batch = slot && batches.get(slot)
      if (batch) batch.push(call)
      else if (slot) batches.set(slot, [call])
      else left.push(call)
      if (slot) room -= 1
    }
    return { batches, left, next }
  }

  // Its own lane, which knows the object; another only where that one does not serve or, for what changes nothing, is full.
  #slotFor(call: Call, batches: ReadonlyMap<LaneSlot, readonly Call[]>): LaneSlot | undefined {
    const candidates = this.#candidates(call)
    const isIdle = (slot: LaneSlot) => slot.isIdle && !batches.has(slot)
    if (call.losses > 0) return candidates.find(isIdle)
    const roomIn = (slot: LaneSlot) => slot.room - (batches.get(slot)?.length ?? 0)
    const own = ownSlot(call, candidates)
    if (own && roomIn(own) > 0) return own.isHungry ? own : undefined
    if (own?.isServing) return call.changes ? undefined : candidates.find(isIdle)
    this.#startLane(call)
    return candidates.find((slot) => roomIn(slot) > 0)
  }

  #candidates({ changes, reader }: Call): readonly LaneSlot[] {
    if (!this.#careful || this.#slots.length === 1) return this.#slots
    if (changes) return this.#slots.slice(0, 1)
    return reader ? this.#slots.slice(1) : this.#slots
  }

  // One at a time, so that a wrong PIN is tried once.
  #startLane(call?: Call): void {
    if (this.#starting || this.#refused || this.#closed || performance.now() < this.#pausedUntil) return
    const candidates = call ? this.#candidates(call) : this.#slots
    const own = call && ownSlot(call, candidates)
    const slot = own?.isEmpty ? own : candidates.find((each) => each.isEmpty)
    if (!slot) return
    this.#starting = slot
    slot.start(this.#opening !== undefined)
  }

  get #writer(): LaneSlot | undefined {
    return this.#slots[0]
  }

  readonly #onReady = (slot: LaneSlot, abilities: TokenAbilities | undefined): void => {
    if (this.#starting === slot) this.#starting = undefined
    this.#pauseMs = 0
    this.#failure = undefined
    if (abilities) this.#opening?.resolve(abilities)
    this.#pump()
  }

  readonly #onRefused = (slot: LaneSlot, { failure }: { readonly failure: Failure }): void => {
    this.#startFailed(slot, failure)
    slot.kill()
  }

  #startFailed(slot: LaneSlot, failure: Failure): void {
    if (this.#starting === slot) this.#starting = undefined
    this.#failure = failure
    if (failure.wrongPin) this.#refused = failure
    this.#pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, this.#pauseMs * 2))
    this.#pausedUntil = performance.now() + this.#pauseMs
    this.#opening?.reject(openError(failure))
    setTimeout(this.#pump, this.#pauseMs).unref()
    this.#pump()
  }

  readonly #onAnswer = (slot: LaneSlot, call: Call, { result, failure }: Answer): void => {
    if (failure?.wrongPin) this.#refused = failure
    if (failure?.broken) this.#replace(slot)
    if (!failure) call.succeed(result ?? true)
    else if (failure.broken && call.changes) this.#confirm(call, failure.message)
    else call.fail(failure)
  }

  // What has failed one lane has most likely failed them all: those that do nothing need not find out by a call of their own.
  #replace(broken: LaneSlot): void {
    for (const slot of this.#slots) if (slot === broken || slot.isIdle) slot.kill()
  }

  readonly #onSilent = (calls: readonly Call[]): void => {
    for (const call of calls) call.sent = false
    this.#waiting.unshift(...calls)
    this.#pump()
  }

  readonly #onLost = (slot: LaneSlot, calls: readonly Call[], how: string): void => {
    if (this.#starting === slot) this.#startFailed(slot, lost(`the module was lost while it was opened: ${how}`))
    const again = calls.filter((call) => !call.settled && !this.#settledByLoss(call, how))
    for (const call of again) {
      call.sent = false
      call.losses += 1
    }
    this.#waiting.unshift(...again)
    if (this.#closed) for (const call of this.#waiting.splice(0)) call.fail(closed)
    else this.#pump()
  }

  #settledByLoss(call: Call, how: string): boolean {
    if (call.begun) this.#confirm(call, how)
    else if (call.isLate) call.late()
    else if (call.losses > 0) call.fail(lost(`the module was lost: ${how}`))
    else return false
    return true
  }

  #confirm(call: Call, how: string): void {
    if (this.#closed) call.doubt(`the module was lost: ${how}`)
    else void confirm(call, how, (request, fields) => this.#submit(request, fields))
  }

  #drained(timeoutMs: number): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs)
      this.#onDrained = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }
}

const closed: Failure = { code: 'closed', message: 'the key manager was closed before the token answered' }

function lost(message: string): Failure {
  return { code: 'unavailable', message, retryable: true }
}

function openError({ code, message, retryable, wrongPin }: Failure): KeyManagerError {
  const OpenError = wrongPin ? WrongPin : KeyManagerError
  return new OpenError(code, `open: ${message}`, { retryable })
}

function ownSlot({ affinity }: Call, candidates: readonly LaneSlot[]): LaneSlot | undefined {
  return candidates[affinity % candidates.length]
}

function wipe(request: Request): void {
  if (request.op === 'store') request.value.fill(0)
  if (request.op === 'wrap') request.bytes.fill(0)
}
