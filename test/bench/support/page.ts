import type { Figure } from './figure.ts'
import type { Line } from './report.ts'
import { meaningTable, resultTable } from './table.ts'

/** The page that shows the figures. */
export const page = new URL('../../../docs/performance.md', import.meta.url)

const start = '<!-- Written by `npm run bench -- --write`: -->\n'
const end = '<!-- until here. -->\n'

/** `text` with what was measured between its two markers. */
export function withFigures(text: string, machine: string, figures: readonly Figure[], lines: readonly Line[]): string {
  const [before, after] = [text.indexOf(start), text.indexOf(end)]
  if (before < 0 || after < before) throw new Error('docs/performance.md has lost its markers')
  const parts = [machine, resultTable(figures, lines), 'What the two sides of a figure are:', meaningTable(figures)]
  return `${text.slice(0, before + start.length)}\n${parts.join('\n\n')}\n\n${text.slice(after)}`
}
