import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { commandTree, exitCodes, leaves, meanings } from '@chatelaine/cli'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installed } from '../services/installed.ts'
import { type Workplace, workplace } from './command.ts'

const exec = promisify(execFile)
const mandoc = '/usr/bin/mandoc'

const folder = new URL('../../packages/cli/', import.meta.url)
const file = fileURLToPath(new URL('man/chatelaine.1', folder))
const page = readFileSync(file, 'utf8')

let place: Workplace

beforeAll(async () => {
  place = await workplace()
})

afterAll(() => place.folder.remove())

it('the page in the package is what `npm run man` makes of the commands', async () => {
  const { out } = await place.chatelaine(['man'])
  expect(page, 'run `npm run man`').toBe(out.toString())
})

it('the package brings the page and says so', () => {
  const { man, files } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as Record<string, unknown>
  expect(new URL(String(man), folder).pathname).toBe(file)
  expect(files).toContain('man')
})

describe.skipIf(!installed('mandoc', mandoc))('mandoc', () => {
  it('finds nothing to warn of', async () => {
    const { stdout, stderr } = await exec(mandoc, ['-T', 'lint', '-W', 'warning', file])
    expect(stdout + stderr).toBe('')
  })

  it('shows it in 80 columns, with every command, example and exit status', async () => {
    const { stdout } = await exec(mandoc, ['-T', 'ascii', '-O', 'width=80', file])
    // What is bold or underlined is struck over with a backspace.
    const text = stdout
      .split('\b')
      .map((part, index, parts) => (index < parts.length - 1 ? part.slice(0, -1) : part))
      .join('')
    const lines = text.split('\n')
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
    for (const { path, name, examples } of leaves(commandTree())) {
      if (name === 'help') continue
      expect(lines.map((line) => line.trim())).toContain(path)
      for (const { command } of examples) {
        for (const line of command.split('\n')) expect(lines.map((each) => each.trim())).toContain(line.trim())
      }
    }
    for (const [code, status] of Object.entries(exitCodes)) {
      expect(text).toMatch(new RegExp(`^ +${status} +${code}:`, 'm'))
    }
    for (const section of ['ENVIRONMENT', 'FILES', 'EXAMPLES', 'SECURITY CONSIDERATIONS']) {
      expect(lines).toContain(section)
    }
  })
})

it('the meanings of the exit statuses are those of the documentation', () => {
  const documented = readFileSync(new URL('../../docs/errors.md', folder), 'utf8')
  const rows = [...documented.matchAll(/^\| `(\w+)` *\| \d+ *\| (.*?) *\|$/gm)]
  expect(Object.fromEntries(rows.map(([, code, meaning = '']) => [code, meaning.replaceAll('`', '')]))).toEqual(
    meanings,
  )
})
