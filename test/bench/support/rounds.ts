import type { Figure } from './figure.ts'
import { report } from './report.ts'

/** Microseconds. */
export interface Cost {
  readonly wall: number
  /** Of the process that did the work; absent where a side that measures itself does not say. */
  readonly cpu?: number
}

/**
 * One side of a comparison: does its operation `count` times. A side that works in another process says what all of it cost
 * there; of the others, the time until they are done is taken.
 */
export type Side = (count: number) => Promise<Cost | undefined | void> | Cost | undefined | void

export interface Rounds {
  /** Operations a round. */
  readonly count: number
  readonly rounds?: number
  /** Operations of each side before the first round; a fifth of a round where nothing is said. */
  readonly warmUp?: number
}

/**
 * Runs all sides in turns, another one first each round, and gives what each round cost for one operation: what slows the
 * machine down for a while slows all of them.
 */
export async function interleave<Name extends string>(
  sides: Readonly<Record<Name, Side>>,
  { count, rounds = 15, warmUp = Math.ceil(count / 5) }: Rounds,
): Promise<Readonly<Record<Name, readonly Cost[]>>> {
  const entries = (Object.entries(sides) as [Name, Side][]).map(([name, side]) => ({ name, side, costs: [] as Cost[] }))
  for (const { side } of entries) await side(warmUp)
  for (let round = 0; round < rounds; round += 1) {
    const first = round % entries.length
    for (const { side, costs } of [...entries.slice(first), ...entries.slice(0, first)]) {
      costs.push(await measured(side, count))
    }
  }
  return Object.fromEntries(entries.map(({ name, costs }) => [name, costs])) as Record<Name, Cost[]>
}

/** Runs ours and the floor in turns and prints the figure. */
export async function compare(
  figure: Figure,
  { ours, floor, ...rounds }: Rounds & { readonly ours: Side; readonly floor: Side },
): Promise<void> {
  const costs = await interleave({ ours, floor }, rounds)
  report(figure, wall(costs.ours), wall(costs.floor))
}

export function wall(costs: readonly Cost[]): number[] {
  return costs.map((cost) => cost.wall)
}

export function cpu(costs: readonly Cost[]): number[] {
  return costs.map((cost) => cost.cpu ?? Number.NaN)
}

/** Does `work` `count` times. */
export function repeated(work: (index: number) => unknown): Side {
  return (count) => {
    for (let index = 0; index < count; index += 1) work(index)
  }
}

/** Does `work` `count` times, the next when the one before is done. */
export function oneAfterAnother(work: (index: number) => Promise<unknown>): Side {
  return async (count) => {
    for (let index = 0; index < count; index += 1) await work(index)
  }
}

/** Does `work` `count` times, for so many callers of which each waits for its own answers. */
export function inParallel(callers: number, work: (index: number, caller: number) => Promise<unknown>): Side {
  return async (count) => {
    let next = 0
    const caller = async (number: number) => {
      while (next < count) await work(next++, number)
    }
    await Promise.all(Array.from({ length: callers }, (_, number) => caller(number)))
  }
}

/** A side that is so much faster than the other that a round of it would be too short: does `factor` times as many operations. */
export function moreOften(factor: number, side: Side): Side {
  return async (count) => {
    const { wall } = await measured(side, count * factor)
    return { wall: wall * count }
  }
}

async function measured(side: Side, count: number): Promise<Cost> {
  const usage = process.cpuUsage()
  const started = performance.now()
  const told = await side(count)
  const passed = (performance.now() - started) * 1_000
  const { user, system } = process.cpuUsage(usage)
  const { wall, cpu }: Cost = told ?? { wall: passed, cpu: user + system }
  return { wall: wall / count, ...(cpu !== undefined && { cpu: cpu / count }) }
}
