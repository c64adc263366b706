import { type Figure, goalText, isMet, type Unit } from './figure.ts'

/** A figure as it was measured. */
export interface Line {
  readonly bench: string
  /** The medians of the rounds; in JSON their names end with the unit. */
  readonly ours: number
  readonly floor?: number
  /** The median of the rounds' ratios. */
  readonly ratio?: number
  /** Of the rounds' ratios, or of ours where there is none. */
  readonly min: number
  readonly max: number
  readonly rounds: number
}

const suffixes: Readonly<Record<Unit, string>> = { µs: '_us', ms: '_ms', MiB: '_mib', times: '' }

/** What the rounds of both sides come to. */
export function summarize({ name, goal }: Figure, ours: readonly number[], floor?: readonly number[]): Line {
  const quotient = floor && goal.quotient
  const values = quotient ? ours.map((cost, round) => quotient(cost, floor[round] ?? Number.NaN)) : ours
  return {
    bench: name,
    ours: rounded(median(ours)),
    ...(floor && { floor: rounded(median(floor)) }),
    ...(quotient && { ratio: rounded(median(values)) }),
    min: rounded(Math.min(...values)),
    max: rounded(Math.max(...values)),
    rounds: ours.length,
  }
}

/** Prints a figure as a line of JSON: what each round of ours cost, and of the floor. */
export function report(figure: Figure, ours: readonly number[], floor?: readonly number[]): void {
  console.log(toJson(figure, summarize(figure, ours, floor)))
}

/** The number that the goal is about. */
export function valueOf({ ours, ratio }: Line): number {
  return ratio ?? ours
}

/** The line with all that a reader of it alone needs. */
export function toJson({ goal, unit }: Figure, line: Line): string {
  const { bench, ours, floor, ...rest } = line
  const sides = { [`ours${suffixes[unit]}`]: ours, ...(floor !== undefined && { [`floor${suffixes[unit]}`]: floor }) }
  return JSON.stringify({ bench, ...sides, ...rest, goal: goalText(goal), met: isMet(goal, valueOf(line)) })
}

/** What {@link toJson} has written; undefined for a line of anybody else. */
export function fromJson(text: string): Line | undefined {
  if (!text.startsWith('{"bench":')) return undefined
  const entries = Object.entries(JSON.parse(text) as Record<string, unknown>)
  return Object.fromEntries(entries.map(([name, value]) => [name.replace(/^(ours|floor)_.*/, '$1'), value])) as never
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
