import { type Figure, goalText, isMet } from './figure.ts'
import { type Line, valueOf } from './report.ts'

/** What was measured, one figure a row; those that were not are left out. */
export function resultTable(figures: readonly Figure[], lines: readonly Line[]): string {
  const rows = figures.flatMap((figure) => {
    const line = lines.find(({ bench }) => bench === figure.name)
    return line ? [resultRow(figure, line)] : []
  })
  return table(['figure', 'ours', 'floor', 'ratio (of all rounds)', 'goal', ''], rows)
}

/** What the figures mean, one a row. */
export function meaningTable(figures: readonly Figure[]): string {
  const rows = figures.map(({ name, what, floor = '' }) => [`\`${name}\``, what, floor])
  return table(['figure', 'ours', 'floor'], rows)
}

function resultRow({ name, goal, unit }: Figure, line: Line): string[] {
  const { ours, floor, ratio, min, max } = line
  const spread = `(${short(min)}–${short(max)})`
  const verdict = goal.limit === undefined ? '' : isMet(goal, valueOf(line)) ? 'met' : '**missed**'
  return [
    `\`${name}\``,
    `${short(ours)} ${unit}${ratio === undefined ? ` ${spread}` : ''}`,
    floor === undefined ? '' : `${short(floor)} ${unit}`,
    ratio === undefined ? '' : `${short(ratio)} ${goal.words} ${spread}`,
    goalText(goal),
    verdict,
  ]
}

function short(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)))
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const rule = widths.map((width) => '-'.repeat(width))
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`
  return [head, rule, ...rows].map(line).join('\n')
}
