import type { Call } from './call.ts'
import { Lane } from './lane.ts'
import type { Answer, FromLane, LaneSettings, TokenAbilities } from './protocol.ts'

/** What a slot tells its pool. */
export interface SlotEvents {
  readonly onReady: (slot: LaneSlot, abilities: TokenAbilities | undefined) => void
  readonly onRefused: (slot: LaneSlot, message: Extract<FromLane, { type: 'refused' }>) => void
  readonly onAnswer: (slot: LaneSlot, call: Call, answer: Answer) => void
  /** After a message's answers: there may be room. */
  readonly onRoom: () => void
  /** A busy lane says nothing: these calls, which change nothing and wait behind another, may go elsewhere. */
  readonly onSilent: (calls: readonly Call[]) => void
  readonly onLost: (slot: LaneSlot, calls: readonly Call[], how: string) => void
}

export interface SlotSettings {
  readonly lane: LaneSettings
  readonly environment: NodeJS.ProcessEnv
  /** Milliseconds of silence of a busy lane after which it is taken to hang. */
  readonly timeoutMs: number
}

const mostCalls = 16
const silentMs = 500
// A process has to be started, too, and a device at the far end of a network to be found.
const leastStartMs = 10_000

/** A place for one lane at a time, and the calls that it has. A lane that hangs is killed; it may then be started anew. */
export class LaneSlot {
  readonly #settings: SlotSettings
  readonly #events: SlotEvents
  readonly #calls = new Map<number, Call>()
  #lane: Lane | undefined
  #state: 'empty' | 'starting' | 'serving' | 'ending' = 'empty'
  #nextCall = 1
  #alone = false
  #hung: string | undefined
  #watch: NodeJS.Timeout | undefined
  #onEmpty: (() => void) | undefined

  constructor(settings: SlotSettings, events: SlotEvents) {
    this.#settings = settings
    this.#events = events
  }

  get isEmpty(): boolean {
    return this.#state === 'empty'
  }

  get isServing(): boolean {
    return this.#state === 'serving'
  }

  get isIdle(): boolean {
    return this.isServing && this.#calls.size === 0
  }

  /** How many more calls it takes at once: enough to keep it busy, few enough to be fair to the other lanes. */
  get room(): number {
    return this.isServing && !this.#alone && !this.#isSilent ? mostCalls - this.#calls.size : 0
  }

  /** Whether it is about to have nothing to do: until then calls gather, so that one message brings many. */
  get isHungry(): boolean {
    return this.#calls.size <= mostCalls / 2
  }

  get #limitMs(): number {
    const { timeoutMs } = this.#settings
    return this.isServing ? timeoutMs : Math.max(timeoutMs, leastStartMs)
  }

  // It may hang: what comes now had better go elsewhere.
  get #isSilent(): boolean {
    return this.#calls.size > 0 && performance.now() - (this.#lane?.heardAt ?? 0) > silentMs
  }

  start(probe: boolean): void {
    this.#state = 'starting'
    const lane: Lane = new Lane(this.#settings.environment, {
      onMessage: (message) => this.#onMessage(lane, message),
      onEnd: (how) => this.#onEnd(lane, how),
    })
    this.#lane = lane
    lane.setBusy(true)
    this.#watchSilence()
    lane.send({ type: 'start', settings: this.#settings.lane, probe })
  }

  /** Sends calls that there is room for. */
  send(calls: readonly Call[]): void {
    if (calls.length === 0 || !this.#lane) return
    const idle = this.#calls.size === 0
    if (idle) this.#lane.heardAt = performance.now()
    this.#alone = calls.some((call) => call.losses > 0)
    const numbered = calls.map((call) => {
      call.sent = true
      const number = this.#nextCall++
      this.#calls.set(number, call)
      return [number, call.request] as const
    })
    const [first] = calls
    const begun = idle && first?.changes ? numbered[0]?.[0] : undefined
    if (first && begun !== undefined) first.begun = true
    this.#lane.send({ type: 'calls', calls: numbered, begun })
    this.#lane.setBusy(true)
    this.#watchSilence()
  }

  /** Ends the lane now; its calls are told to the pool as lost. */
  kill(): void {
    if (!this.#lane) return
    this.#state = 'ending'
    this.#lane.kill()
  }

  /** Lets the lane leave its module in order, for `timeoutMs` at most. */
  async end(timeoutMs: number): Promise<void> {
    if (!this.#lane) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onEmpty = resolve
    this.#lane.setBusy(true)
    if (this.#calls.size > 0 || !this.isServing) this.kill()
    else this.#lane.send({ type: 'end' })
    const timer = setTimeout(() => this.kill(), timeoutMs)
    await promise
    clearTimeout(timer)
  }

  #onMessage(lane: Lane, message: FromLane): void {
    if (lane !== this.#lane) return
    switch (message.type) {
      case 'ready':
        this.#state = 'serving'
        lane.setBusy(false)
        this.#watchSilence()
        this.#events.onReady(this, message.abilities)
        break
      case 'refused':
        this.#events.onRefused(this, message)
        break
      default:
        this.#onAnswers(lane, message)
    }
  }

  #onAnswers(lane: Lane, { answers, begun }: Extract<FromLane, { type: 'answers' }>): void {
    const call = begun === undefined ? undefined : this.#calls.get(begun)
    if (call) call.begun = true
    for (const answer of answers) {
      const answered = this.#calls.get(answer.call)
      this.#calls.delete(answer.call)
      if (answered) this.#events.onAnswer(this, answered, answer)
    }
    if (this.#calls.size === 0) {
      this.#alone = false
      lane.setBusy(false)
    }
    this.#watchSilence()
    this.#events.onRoom()
  }

  #onEnd(lane: Lane, how: string): void {
    if (lane !== this.#lane) return
    clearTimeout(this.#watch)
    const calls = [...this.#calls.values()]
    this.#calls.clear()
    const reason = this.#hung ?? how
    this.#lane = undefined
    this.#state = 'empty'
    this.#alone = false
    this.#hung = undefined
    this.#onEmpty?.()
    this.#events.onLost(this, calls, reason)
  }

  // A call into a module cannot be interrupted: only the process that makes it can be ended.
  #watchSilence(): void {
    clearTimeout(this.#watch)
    if (!this.#isBusy || !this.#lane) return
    const silence = performance.now() - this.#lane.heardAt
    const limit = silence < silentMs ? silentMs : this.#limitMs
    this.#watch = setTimeout(() => this.#onSilence(), Math.max(1, limit - silence))
    this.#watch.unref()
  }

  get #isBusy(): boolean {
    return this.#state === 'starting' || this.#calls.size > 0
  }

  #onSilence(): void {
    const silence = performance.now() - (this.#lane?.heardAt ?? 0)
    if (silence >= this.#limitMs) {
      this.#hung = `the module did not answer for ${this.#limitMs} ms`
      this.kill()
      return
    }
    this.#watchSilence()
    if (silence >= silentMs) this.#events.onSilent(this.#takeBack())
  }

  #takeBack(): Call[] {
    const behind = [...this.#calls].slice(1).filter(([, call]) => !call.changes && !call.moved && !call.settled)
    for (const [number, call] of behind) {
      this.#calls.delete(number)
      call.moved = true
    }
    return behind.map(([, call]) => call)
  }
}
