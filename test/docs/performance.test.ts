import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { atMost, type Figure, figure, goalText, ofItsThroughput, timesItsTime } from '../bench/support/figure.ts'
import { page, withFigures } from '../bench/support/page.ts'
import { figuresOf, loadParts } from '../bench/support/parts.ts'
import { fromJson, type Line, summarize, toJson } from '../bench/support/report.ts'
import { resultTable } from '../bench/support/table.ts'

const figures = figuresOf(await loadParts())
const text = readFileSync(page, 'utf8')

/** The cells of every row that begins with a figure's name, table by table. */
function tables(markdown: string): string[][][] {
  const blocks = markdown.split(/\n\n+/).filter((block) => block.startsWith('| figure'))
  return blocks.map((block) => block.split('\n').slice(2).map(cellsOf))
}

function cellsOf(row: string): string[] {
  return row
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim())
}

function verdict(figure: Figure, ours: number, floor: number): string | undefined {
  return cellsOf(resultTable([figure], [summarize(figure, [ours], [floor])]).split('\n')[2] ?? '')[5]
}

/** All that is not written by a run. */
function outside(markdown: string): string {
  return markdown.replace(/(<!-- Written by.*-->\n)[\s\S]*(<!-- until here. -->)/, '$1$2')
}

describe('docs/performance.md', () => {
  const [results = [], meanings = []] = tables(text)

  it('shows every figure that the benchmarks print, with its goal, and no other', () => {
    const goals = results.map(([name, , , , goal]) => [name, goal])
    expect(goals).toEqual(figures.map(({ name, goal }) => [`\`${name}\``, goalText(goal)]))
  })

  it('says of every figure what its two sides are', () => {
    expect(meanings).toEqual(figures.map(({ name, what, floor = '' }) => [`\`${name}\``, what, floor]))
  })

  it('names no figure of its own in its prose, which would not change with the tables', () => {
    expect(outside(text).match(/\d[\d.,]* ?(µs|ms|MiB|times|percent)/g)).toBeNull()
  })
})

describe('figures', () => {
  it('have names of their own', () => {
    expect(new Set(figures.map(({ name }) => name)).size).toBe(figures.length)
  })

  const time = figure('some.time', { what: 'ours', floor: 'theirs', goal: timesItsTime(1.5) })
  const throughput = figure('some.throughput', { what: 'ours', floor: 'theirs', goal: ofItsThroughput(0.5) })

  it('are the median of the rounds’ ratios, not the ratio of the medians', () => {
    expect(summarize(time, [10, 30, 20], [10, 10, 40])).toMatchObject({
      ours: 20,
      floor: 10,
      ratio: 1,
      min: 0.5,
      max: 3,
    })
  })

  it('of throughput are the floor’s time by ours, and missed below the goal', () => {
    const line = summarize(throughput, [40, 40], [10, 10])
    expect(line.ratio).toBe(0.25)
    expect(JSON.parse(toJson(throughput, line))).toMatchObject({ ours_us: 40, floor_us: 10, met: false })
    expect(resultTable([throughput], [line])).toContain(
      '| 0.25 of its throughput (0.25–0.25) | ≥ 0.5 of its throughput | **missed** |',
    )
  })

  it('of time are missed above the goal, and met at it', () => {
    expect([verdict(time, 15, 10), verdict(time, 15.1, 10)]).toEqual(['met', '**missed**'])
  })

  it('without a ratio are judged by ours, in their unit', () => {
    const delay = figure('some.delay', { what: 'busy', floor: 'idle', goal: atMost(30, 'ms'), unit: 'ms' })
    const line = summarize(delay, [31, 32, 33], [1, 2, 3])
    expect(JSON.parse(toJson(delay, line))).toEqual({
      bench: 'some.delay',
      ours_ms: 32,
      floor_ms: 2,
      min: 31,
      max: 33,
      rounds: 3,
      goal: '≤ 30 ms',
      met: false,
    })
    expect(fromJson(toJson(delay, line))).toMatchObject(line)
  })
})

it('a run is written between the markers, and what stands around them stays', () => {
  const lines: Line[] = figures.map((each) => summarize(each, [1], [2]))
  const written = withFigures(text, 'Measured on a machine.', figures, lines)
  expect(withFigures(written, 'Measured on a machine.', figures, lines)).toBe(written)
  expect(tables(written).map((rows) => rows.length)).toEqual([figures.length, figures.length])
  expect(outside(written)).toBe(outside(text))
  expect(() => withFigures('no markers', '', figures, lines)).toThrow('markers')
})
