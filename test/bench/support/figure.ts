/** In which direction a figure is better, and what its number says. */
export interface Goal {
  readonly sign: '≤' | '≥'
  /** Absent where a figure only shows something. */
  readonly limit: number | undefined
  /** What follows the number, in a sentence. */
  readonly words: string
  /** The figure of one round; without it, ours alone is the figure. */
  readonly quotient?: (ours: number, floor: number) => number
}

/** What a benchmark finds out: the only place where its meaning, its floor and its goal are written. */
export interface Figure {
  readonly name: string
  /** What our side does. */
  readonly what: string
  /** What the other side is, which does the same without us. */
  readonly floor?: string
  readonly goal: Goal
  /** Of what either side costs; microseconds for one operation where nothing else is said. */
  readonly unit: Unit
}

/** How the cost of a side is counted; `times` is a growth. */
export type Unit = 'µs' | 'ms' | 'MiB' | 'times'

export type Figures = Readonly<Record<string, Figure>>

/** A figure that is counted in microseconds, unless `unit` says otherwise. */
export function figure(name: string, fields: Omit<Figure, 'name' | 'unit'> & { readonly unit?: Unit }): Figure {
  return { name, unit: 'µs', ...fields }
}

const share = (ours: number, floor: number) => ours / floor
const inverse = (ours: number, floor: number) => floor / ours

/** Our time by the floor's: 1 is as fast, 2 half as fast. */
export function timesItsTime(limit?: number): Goal {
  return { sign: '≤', limit, words: 'times its time', quotient: share }
}

/** Our throughput by the floor's: 1 is as fast, 0.5 half as fast. */
export function ofItsThroughput(limit: number): Goal {
  return { sign: '≥', limit, words: 'of its throughput', quotient: inverse }
}

/** The floor's time by ours, where we are to be the faster one: 2 is twice as fast. */
export function timesFaster(limit: number): Goal {
  return { sign: '≥', limit, words: 'times faster', quotient: inverse }
}

/** Our CPU time by the floor's. */
export function ofItsCpuTime(limit: number): Goal {
  return { sign: '≤', limit, words: 'of its CPU time', quotient: share }
}

/** How much dearer ours becomes, by how much dearer the floor becomes. */
export function timesItsGrowth(limit: number): Goal {
  return { sign: '≤', limit, words: 'times its growth', quotient: share }
}

/** What ours costs beyond the floor. */
export function more(limit: number, unit: Unit): Goal {
  return { sign: '≤', limit, words: `${unit} more`, quotient: (ours, floor) => ours - floor }
}

/** What ours costs itself. */
export function atMost(limit: number, unit: Unit): Goal {
  return { sign: '≤', limit, words: unit }
}

/** The goal in words, such as `≤ 2 times its time`. */
export function goalText({ sign, limit, words }: Goal): string {
  return limit === undefined ? 'none' : `${sign} ${limit} ${words}`
}

/** Whether `value` reaches the goal, which one without a limit always does. */
export function isMet({ sign, limit }: Goal, value: number): boolean {
  if (limit === undefined) return true
  return sign === '≤' ? value <= limit : value >= limit
}
