import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { PassThrough } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { run } from '@chatelaine/cli'
import { opaque, openKeyManager, symmetricKey } from 'chatelaine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installed } from '../services/installed.ts'
import { terminal, type Workplace, workplace } from './command.ts'

const exec = promisify(execFile)
const tmux = '/usr/bin/tmux'

const names = [
  'short',
  'a name of more than eighty columns, which no terminal of the usual width can show beside an id',
  '鍵管理の名前はとても長いので端末の幅に収まりません鍵管理の名前はとても長いので',
  '🔑🗝️🔒 keys and locks 🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑🔑',
  'e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301 marks that take no room',
  'evil\u001b[31m\u202e\u0007\nname that would play tricks on the terminal if it could',
]

let place: Workplace
let ids: string[]

beforeAll(async () => {
  place = await workplace()
  const keys = await openKeyManager.fromFile(place.config)
  ids = []
  for (const name of names) {
    const expiration = new Date('2099-01-31T12:00:00Z')
    ids.push(await keys.store({}, symmetricKey(Buffer.alloc(32, 1), { name, expiration })))
  }
  await keys.close()
})

afterAll(() => place.folder.remove())

async function table(columns: number, ...args: string[]): Promise<string[]> {
  const { stdout, text } = terminal(columns)
  expect((await place.chatelaine(['list', ...args], '', { stdout })).status).toBe(0)
  return text().trimEnd().split('\n')
}

// Each of these letters takes two columns, and each mark none.
function wide(text: string): number {
  return (text.match(/[\u3000-\u9fff]/g) ?? []).length - (text.match(/\u0301/g) ?? []).length
}

describe('on a terminal', () => {
  it('NAME gives way first, then what a reader can do without', async () => {
    const headings = async (columns: number) => (await table(columns))[0]?.split(/ {2,}/)
    const all = ['ID', 'KIND', 'NAME', 'ALGORITHM', 'BITS', 'CREATED', 'EXPIRES']
    expect(await headings(200)).toEqual(all)
    expect(await headings(120)).toEqual(all.filter((heading) => heading !== 'CREATED'))
    expect(await headings(80)).toEqual(['ID', 'KIND', 'NAME', 'ALGORITHM'])
    expect(await headings(60)).toEqual(['ID', 'NAME'])
    expect(await headings(40)).toEqual(['ID'])
    const [, , cut = ''] = await table(140)
    expect(cut).toMatch(/a name of .*… {2}AES/)
  })

  it('what fits is not cut, and control characters stay escaped', async () => {
    const rows = await table(400)
    for (const name of names.slice(0, 5)) expect(rows.join('\n')).toContain(name)
    expect(rows.join('\n')).toContain('evil\\u{1b}[31m\\u{202e}\\u{7}\\u{a}name')
    for (const character of ['\u001b', '\u0007', '\u202e']) expect((await table(80)).join('')).not.toContain(character)
  })

  it('columns stand one below the other whatever the letters', async () => {
    const rows = await table(200)
    const starts = [1, 2, 3, 5, 6].map((row) => {
      const before = rows[row]?.split(/AES {2,}/)[0] ?? ''
      return before.length + wide(before)
    })
    expect(new Set(starts)).toEqual(new Set([rows[0]?.indexOf('ALGORITHM')]))
  })
})

it('in a pipe nothing is cut', async () => {
  const { out } = await place.chatelaine(['list'])
  for (const name of names.slice(0, 5)) expect(out.toString()).toContain(name)
})

it('rows come before the list is at its end, and later ones are as narrow', async () => {
  const big = await workplace()
  const keys = await openKeyManager.fromFile(big.config)
  const stored = (id: string) => keys.store({}, opaque(Buffer.from('x'), { name: 'n'.repeat(60) }), { id })
  for (let index = 0; index < 300; index += 1) await stored(`a${String(index).padStart(4, '0')}`)
  const wide = `b${'0'.repeat(70)}`
  await stored(wide)
  const { stdout, text } = terminal(80)
  await big.chatelaine(['list'], '', { stdout })
  const lines = text().trimEnd().split('\n')
  expect(lines.length).toBe(302)
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
  expect(lines.at(-1)?.startsWith(wide)).toBe(true)

  // While a slow reader looks at the first rows, one that has not been asked for yet is deleted, and is not shown.
  const slow = Object.assign(new PassThrough({ highWaterMark: 1 }), { isTTY: true, columns: 80 })
  const running = run(['--config', big.config, 'list'], {
    stdin: process.stdin,
    stdout: slow,
    stderr: new PassThrough(),
  })
  await once(slow, 'readable')
  await keys.delete({}, 'a0299')
  const chunks: string[] = []
  slow.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  expect(await running).toBe(0)
  const shown = chunks.join('')
  expect(shown).toContain('a0298')
  expect(shown).not.toContain('a0299')
  await keys.close()
  await big.folder.remove()
})

// The lines of a real terminal's screen after a command in it; what is too long for one stands on two.
async function screen(columns: number, command: string): Promise<string[]> {
  const socket = place.path(`tmux-${columns}`)
  const env = { ...place.environment, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color' }
  const on = (...args: string[]) => exec(tmux, ['-u', '-S', socket, '-f', '/dev/null', ...args], { env })
  const script = `cd '${place.path('')}' && ${command}; echo done; sleep 60`
  await on('new-session', '-d', '-x', String(columns), '-y', '50', 'sh', '-c', script)
  try {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const { stdout } = await on('capture-pane', '-p')
      if (/^done$/m.test(stdout)) return stdout.split('\ndone')[0]?.split('\n') ?? []
      await delay(50)
    }
    throw new Error('the terminal shows no end')
  } finally {
    await on('kill-server')
  }
}

function expectWholeRows([heading = '', ...rows]: readonly string[]): void {
  expect(heading).toMatch(/^ID/)
  expect(rows.length).toBe(names.length)
  for (const [index, row] of rows.entries()) expect(row.startsWith(ids[index] ?? ''), row).toBe(true)
}

describe.skipIf(!installed('tmux', tmux))('in a real terminal', () => {
  for (const columns of [200, 160, 140, 120, 100, 80, 66, 60, 50, 45, 36]) {
    it(`of ${columns} columns no row is wrapped, and every id is whole`, async () => {
      await writeFile(place.path('table'), `${(await table(columns)).join('\n')}\n`)
      expectWholeRows(await screen(columns, 'cat table'))
    })
  }

  it('the command finds out the width itself', async () => {
    const lines = await screen(77, 'chatelaine list')
    expectWholeRows(lines)
    expect(lines).toEqual(await table(77))
  })
})
