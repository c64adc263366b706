import type { ObjectInfo } from 'chatelaine'
import { printable } from './show.ts'

const headings = ['ID', 'KIND', 'NAME', 'ALGORITHM', 'BITS', 'CREATED', 'EXPIRES']
const rowsMeasured = 200

/** Lines of a table for people. Widths come from the first 200 rows, so that a list of any length is shown as it comes. */
export async function* tableLines(infos: AsyncIterable<ObjectInfo>): AsyncGenerator<string> {
  let measured: string[][] | undefined = [headings]
  let widths: readonly number[] = []
  for await (const info of infos) {
    const row = cells(info)
    if (measured === undefined) {
      yield line(row, widths)
      continue
    }
    measured.push(row)
    if (measured.length <= rowsMeasured) continue
    widths = widest(measured)
    for (const each of measured) yield line(each, widths)
    measured = undefined
  }
  if (measured === undefined || measured.length === 1) return
  widths = widest(measured)
  for (const each of measured) yield line(each, widths)
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

function widest(rows: readonly (readonly string[])[]): number[] {
  return headings.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
}

function line(row: readonly string[], widths: readonly number[]): string {
  const padded = row.map((cell, column) => cell.padEnd(widths[column] ?? 0))
  return `${padded.join('  ').trimEnd()}\n`
}
