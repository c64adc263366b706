/** One side of a comparison: does its operation `count` times. */
export type Side = (count: number) => Promise<void> | void

export interface Comparison {
  readonly bench: string
  readonly ours: Side
  readonly floor: Side
  /** Operations a round. */
  readonly count: number
  readonly rounds?: number
}

/**
 * Runs both sides in turns, the first one changing each round, and prints the medians and the median of the rounds' ratios:
 * what slows the machine down for a while slows both.
 */
export async function compare({ bench, ours, floor, count, rounds = 15 }: Comparison): Promise<number> {
  await ours(Math.ceil(count / 5))
  await floor(Math.ceil(count / 5))
  const times: { ours: number; floor: number }[] = []
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) times.push({ ours: await timed(ours, count), floor: await timed(floor, count) })
    else times.push({ floor: await timed(floor, count), ours: await timed(ours, count) })
  }
  const ratio = median(times.map((time) => time.ours / time.floor))
  print({
    bench,
    ours_us: round(median(times.map((time) => time.ours))),
    floor_us: round(median(times.map((time) => time.floor))),
    ratio: round(ratio),
  })
  return ratio
}

/** Microseconds for one operation of `count`. */
export async function timed(side: Side, count: number): Promise<number> {
  const started = performance.now()
  await side(count)
  return ((performance.now() - started) * 1_000) / count
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

/** One figure as a line of JSON. */
export function print(figure: Readonly<Record<string, string | number>>): void {
  console.log(JSON.stringify(figure))
}

/** To two decimals. */
export function round(value: number): number {
  return Math.round(value * 100) / 100
}
