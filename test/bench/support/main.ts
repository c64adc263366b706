// `npm run bench [-- --write] [NAME …]`: prints a line of JSON for each figure as it is measured, and then a table of them all.
// With `--write` the table is put into docs/performance.md, with the machine: that takes all figures, of one machine.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { describeMachine } from './machine.ts'
import { page, withFigures } from './page.ts'
import { figuresOf, loadParts, type Part } from './parts.ts'
import { fromJson, type Line } from './report.ts'
import { resultTable } from './table.ts'

const { values, positionals } = parseArgs({ options: { write: { type: 'boolean' } }, allowPositionals: true })
if (values.write && positionals.length > 0) throw new Error('--write takes all benchmarks, not some')
const parts = await loadParts(positionals)
const machine = await describeMachine()
const lines: Line[] = []
for (const part of parts) lines.push(...(await linesOf(part)))
console.log(`\n${machine}\n\n${resultTable(figuresOf(parts), lines)}\n`)

const failed = complaints(parts, lines)
for (const complaint of failed) console.error(complaint)
process.exitCode = failed.length === 0 ? 0 : 1
if (values.write && failed.length === 0) {
  await writeFile(page, withFigures(await readFile(page, 'utf8'), machine, figuresOf(parts), lines))
  console.log(`written to ${fileURLToPath(page)}`)
}

async function linesOf({ name }: Part): Promise<Line[]> {
  const started = performance.now()
  const args = ['--conditions=chatelaine-source', fileURLToPath(new URL('part.ts', import.meta.url)), name]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const measured: Line[] = []
  for await (const text of createInterface({ input: child.stdout })) {
    console.log(text)
    const line = fromJson(text)
    if (line) measured.push(line)
  }
  const [status] = (await ended) as [number | null]
  if (status !== 0) console.error(`${name} has failed`)
  console.error(`${name}: ${Math.round((performance.now() - started) / 1_000)} s`)
  return measured
}

function complaints(parts: readonly Part[], lines: readonly Line[]): string[] {
  const wanted = figuresOf(parts).map(({ name }) => name)
  const measured = lines.map(({ bench }) => bench)
  const missing = wanted.filter((name) => !measured.includes(name)).map((name) => `${name} was not measured`)
  const others = measured.filter((name, index) => !wanted.includes(name) || measured.indexOf(name) !== index)
  return [...missing, ...others.map((name) => `${name} is no figure of its part, or was measured twice`)]
}
