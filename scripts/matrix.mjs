// `npm run matrix`: runs the conformance suite over every backend and writes what it found into docs/backends.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './node.mjs'
import { runTests } from './vitest.mjs'

const page = join(root, 'docs/backends.md')
const [begin, end] = ['<!-- made by npm run matrix -->\n', '<!-- end -->\n']

const yes = (value) => (value ? 'yes' : '–')
const list = (values) => (values === undefined ? '–' : values.join(', '))

/** @type {[heading: string, cell: (report: object) => string][]} */
const rows = [
  ...['symmetric', 'private', 'public', 'certificate', 'passphrase', 'opaque'].map((kind) => [
    `keeps: ${kind}`,
    ({ capabilities }) => yes(capabilities.kinds.includes(kind)),
  ]),
  ['`createKey`', ({ capabilities }) => list(capabilities.createKey)],
  ['`createKeyPair`', ({ capabilities }) => list(capabilities.createKeyPair)],
  ['`wrap`, `unwrap`', ({ capabilities }) => list(capabilities.wrap)],
  ['`extractable: false`', ({ capabilities }) => yes(capabilities.nonExtractable)],
  ['chosen ids', ({ capabilities }) => yes(capabilities.chosenIds)],
  ['consumers', ({ capabilities }) => yes(capabilities.consumers)],
  ['expiration', ({ capabilities }) => yes(capabilities.expiration)],
  ['`health`', ({ capabilities }) => yes(capabilities.health)],
  ['credentials in the context', ({ capabilities }) => yes(capabilities.credentials)],
  ['longest value, where known', ({ capabilities }) => capabilities.maxValueLength?.toLocaleString('en') ?? '–'],
  ['cases passed', ({ cases, deviations }) => String(cases - Object.keys(deviations).length)],
  ['deviations', ({ deviations }) => String(Object.keys(deviations).length)],
]

/** What is wrong with docs/backends.md after a run over every backend; undefined where it says what the run found. */
export function staleMatrix(reports) {
  const expected = matrix(reports)
  const [, shown] = split()
  return shown === expected ? undefined : 'docs/backends.md is not what the conformance suite found: npm run matrix'
}

// Backends that can do the same and deviate in the same stand in one column.
function matrix(reports) {
  const columns = groupBy(reports.toSorted(byBackend), ({ name, ...rest }) =>
    JSON.stringify([name.split(' ')[0], rest]),
  )
  const groups = [...columns.values()].map((same) => ({ ...same[0], title: titleOf(same.map(({ name }) => name)) }))
  const table = [['', ...groups.map(({ title }) => title)]]
  for (const [heading, cell] of rows) table.push([heading, ...groups.map(cell)])
  return `${markdown(table)}\n${groups.map(deviationsOf).filter(Boolean).join('\n')}`
}

const order = ['memory', 'local', 'pkcs11', 'kmip', 'barbican']

function byBackend(one, other) {
  const [first, second] = [one, other].map(({ name }) => order.indexOf(name.split(' ')[0]))
  return first - second || one.name.localeCompare(other.name, 'en')
}

// "kmip 1.0 on PyKMIP" and "kmip 1.1 on PyKMIP" are "kmip 1.0, 1.1 on PyKMIP".
function titleOf([first, ...names]) {
  if (names.length === 0) return first
  const all = [first, ...names].map((name) => name.split(' '))
  return all[0].map((word, at) => [...new Set(all.map((words) => words[at]))].join(', ')).join(' ')
}

function deviationsOf({ title, deviations }) {
  const byReason = groupBy(Object.entries(deviations), ([, reason]) => reason)
  if (byReason.size === 0) return ''
  const lines = [...byReason].map(
    ([reason, cases]) => `- ${reason}: ${cases.map(([name]) => `_${name}_`).join('; ')}\n`,
  )
  return `**${title}**\n\n${lines.join('')}`
}

// Map.groupBy, which Node 20 lacks.
function groupBy(items, keyOf) {
  const groups = new Map()
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item])
  return groups
}

function markdown(table) {
  const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)))
  const line = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |\n`
  const [head, ...body] = table
  return line(head) + line(widths.map((width) => '-'.repeat(width))) + body.map(line).join('')
}

function split() {
  const text = readFileSync(page, 'utf8')
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)]
  return [text.slice(0, from), text.slice(from, to), text.slice(to)]
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { status, reports } = await runTests(['conformance', 'pkcs11/nss', 'kmip/own-server'])
  const [before, , after] = split()
  if (status === 0) writeFileSync(page, before + matrix(reports) + after)
  process.exitCode = status
}
