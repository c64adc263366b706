import { cp, mkdir, writeFile } from 'node:fs/promises'
import { commandTree, leaves, withDescendants } from '@chatelaine/cli'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { terminal, type Workplace, workplace } from './command.ts'

const commands = withDescendants(commandTree()).filter(({ name }) => name !== 'help')

/** A place with what the examples speak of: `$id` and `db password`, `signing.pem` and a pair named `signing`, a backup. */
let prepared: Workplace
let id: string

beforeAll(async () => {
  prepared = await workplace()
  const { chatelaine, path } = prepared
  const stored = await chatelaine(['store', '--kind', 'passphrase', '--name', 'db password'], 'correct horse')
  id = stored.out.toString().trim()
  await chatelaine(['create-key-pair', '--algorithm', 'EC', '--bit-length', '256', '--name', 'signing'])
  const { out } = await chatelaine(['get', '--name', 'signing', '--kind', 'private', '--format', 'pem'])
  await writeFile(path('signing.pem'), out)
  await chatelaine(['backup', path('keys.backup')])
  await mkdir(path('.zfunc'))
  await mkdir(path('.config/fish/completions'), { recursive: true })
})

afterAll(() => prepared.folder.remove())

/** Runs an example in a copy of the prepared place, and leaves the place to be looked at. */
async function tried(command: string): Promise<Workplace & { readonly out: string }> {
  const place = await workplace()
  await cp(prepared.path(''), place.path(''), { recursive: true, filter: (from) => !from.includes('/bin') })
  // A backup is not written over; only restore needs one.
  if (!command.includes('restore')) await place.shell('rm keys.backup')
  return { ...place, out: await place.shell(`set -euo pipefail; id=${id}\n${command}`) }
}

it('every command has help with examples, which say what each is for', () => {
  for (const { path, examples, description } of commands) {
    expect(examples.length, path).toBeGreaterThan(0)
    expect(description, path).not.toBe('')
    for (const { text } of examples) expect(text, path).not.toBe('')
  }
})

it('every argument and option says what it is', () => {
  for (const { path, arguments: all, options } of commands) {
    for (const each of [...all, ...options]) expect(each.description, path).not.toBe('')
  }
})

it('the help of every command shows its examples as they are run here', async () => {
  for (const { path, examples } of commands) {
    const words = path.split(' ').filter((word) => word !== '')
    const { out, status } = await prepared.chatelaine([...words, '--help'])
    expect(status).toBe(0)
    const unindented = out.toString().replaceAll(/^ {2}/gm, '')
    for (const { text, command } of examples) expect(unindented, path).toContain(`# ${text}\n${command}\n`)
  }
})

it('help is no wider than the terminal, and an example than 73, so that a manual page of 80 holds it', async () => {
  for (const columns of [80, 100, 132]) {
    const { stdout, text } = terminal(columns)
    await prepared.chatelaine(['store', '--help'], '', { stdout })
    const [explained = ''] = text().split('\nExamples:')
    expect(Math.max(...explained.split('\n').map((line) => line.length))).toBeLessThanOrEqual(columns)
  }
  const lines = commands.flatMap(({ examples }) => examples.flatMap(({ command }) => command.split('\n')))
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(73)
})

describe('the examples work', () => {
  for (const { path, examples } of commands) {
    for (const { command } of examples) {
      it(`chatelaine ${path}: ${command.split('\n')[0]}`, async () => {
        const { folder } = await tried(command)
        await folder.remove()
      })
    }
  }
})

it('the example of renaming stores the same value under the new name, and the old object is gone', async () => {
  const renaming = commands.find(({ path }) => path === 'store')?.examples.find(({ text }) => text.includes('rename'))
  const { folder, chatelaine } = await tried(renaming?.command ?? '')
  expect((await chatelaine(['get', '--name', 'new name'])).out.toString()).toBe('correct horse')
  expect((await chatelaine(['get', id])).err).toMatch(/not_found/)
  await folder.remove()
})

it('the help of the whole, of store and of describe say that objects never change', async () => {
  for (const words of [[], ['store'], ['describe']]) {
    const { out } = await prepared.chatelaine([...words, '--help'])
    expect(out.toString()).toMatch(/store the (new one|object anew), then delete\s+the old/)
  }
})

it('help COMMAND says what COMMAND --help says, and --version the version of the package', async () => {
  const { chatelaine } = prepared
  const asked = await chatelaine(['help', 'store'])
  expect(asked.out.toString()).toBe((await chatelaine(['store', '--help'])).out.toString())
  expect((await chatelaine(['--version'])).out.toString()).toMatch(/^\d+\.\d+\.\d+\n$/)
})

it('without a command the help goes to standard error, and it is wrong usage', async () => {
  for (const [words, part] of [
    [[], 'create-key-pair'],
    [['config'], 'schema'],
  ] as const) {
    const { status, out, err } = await prepared.chatelaine(words)
    expect(status).toBe(2)
    expect(out.toString()).toBe('')
    expect(err).toContain(part)
  }
})

it('every command is a leaf of the tree, or has some', () => {
  expect(leaves(commandTree()).map(({ path }) => path)).toEqual(
    expect.arrayContaining(['store', 'config check', 'man']),
  )
})
