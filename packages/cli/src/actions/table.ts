import type { ObjectInfo } from 'chatelaine'
import { printable } from './show.ts'
import { prepareWidths, textWidth } from './text-width.ts'

const headings = ['ID', 'KIND', 'NAME', 'ALGORITHM', 'BITS', 'CREATED', 'EXPIRES'] as const
const [id, name] = [headings.indexOf('ID'), headings.indexOf('NAME')]
const shortestName = 12
const gap = '  '
// What a narrow terminal can do without, in this order, once NAME is as short as it gets.
const dispensable = ['CREATED', 'BITS', 'EXPIRES', 'ALGORITHM', 'KIND', 'NAME'] as const
const rowsMeasured = 200

/**
 * Lines of a table for people. Widths come from the first 200 rows, so that a list of any length is shown as it comes. With
 * `columns` no line is wider than that: NAME gives way first, then whole columns; only an id that is wider itself is not cut.
 */
export async function* tableLines(infos: AsyncIterable<ObjectInfo>, columns?: number): AsyncGenerator<string> {
  let measured: string[][] | undefined = [[...headings]]
  let widths: readonly Width[] = []
  for await (const info of infos) {
    const row = cells(info)
    await prepareWidths(row)
    if (measured === undefined) {
      yield line(row, widths, columns)
      continue
    }
    measured.push(row)
    if (measured.length <= rowsMeasured) continue
    widths = layout(measured, columns)
    for (const each of measured) yield line(each, widths, columns)
    measured = undefined
  }
  if (measured === undefined || measured.length === 1) return
  widths = layout(measured, columns)
  for (const each of measured) yield line(each, widths, columns)
}

interface Width {
  readonly column: number
  readonly width: number
}

function cells(info: ObjectInfo): string[] {
  const key = 'algorithm' in info ? info : undefined
  const { id, kind, name = '', created, expiration } = info
  return [id, kind, name, key?.algorithm ?? '', String(key?.bitLength ?? ''), time(created), time(expiration)].map(
    printable,
  )
}

function time(date: Date | undefined): string {
  return date === undefined ? '' : `${date.toISOString().slice(0, 19)}Z`
}

/** Which columns are shown, and how wide. */
function layout(rows: readonly (readonly string[])[], columns: number | undefined): Width[] {
  let shown = headings.map((_, column) => ({
    column,
    width: Math.max(...rows.map((row) => textWidth(row[column] ?? ''))),
  }))
  if (columns === undefined) return shown
  for (const heading of dispensable) {
    const named = withNameIn(shown, columns)
    if (named !== undefined) return named
    shown = shown.filter(({ column }) => column !== headings.indexOf(heading))
  }
  return shown
}

// The columns with as much of NAME as there is room for; undefined where that is not enough of it.
function withNameIn(shown: readonly Width[], columns: number): Width[] | undefined {
  const excess = shown.reduce((sum, { width }) => sum + width + gap.length, -gap.length) - columns
  const narrowed = shown.map((each) => {
    if (each.column !== name || excess <= 0) return each
    return { ...each, width: Math.max(each.width - excess, Math.min(each.width, shortestName)) }
  })
  const total = narrowed.reduce((sum, { width }) => sum + width + gap.length, -gap.length)
  return total <= columns ? narrowed : undefined
}

function line(row: readonly string[], widths: readonly Width[], columns: number | undefined): string {
  const text = widths.map(({ column, width }) => {
    const cell = row[column] ?? ''
    return padded(columns === undefined || column === id ? cell : cut(cell, width), width)
  })
  const [first = '', ...rest] = text
  const joined = rest.map((cell) => gap + cell).join('')
  // A later id may be wider than those that were measured: what follows it makes room.
  const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(0, columns - textWidth(first))
  return `${(first + cut(joined.trimEnd(), room)).trimEnd()}\n`
}

function padded(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)))
}

/** The text where it fits into `width` columns of a terminal, else as much as fits before an ellipsis. */
function cut(text: string, width: number): string {
  if (textWidth(text) <= width) return text
  let [shorter, used] = ['', 0]
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += textWidth(segment)
    if (used >= width) break
    shorter += segment
  }
  return width < 1 ? '' : `${shorter}…`
}
