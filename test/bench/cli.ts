import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../services/temporary-folder.ts'
import { type Figure, figure, more } from './support/figure.ts'
import { report } from './support/report.ts'
import { interleave, repeated, wall } from './support/rounds.ts'

const common = { floor: '`node -e 0`, from start to end', goal: more(250, 'ms'), unit: 'ms' } as const

/** What the built command adds to the start of Node.js. */
export const figures = {
  health: figure('cli.start.health', { what: '`chatelaine health` on a local database, from start to end', ...common }),
  list: figure('cli.start.list', {
    what: '`chatelaine list` of an empty local database, from start to end',
    ...common,
  }),
}

const root = fileURLToPath(new URL('../..', import.meta.url))
const main = `${root}packages/cli/dist/main.js`
const config = '[key_manager]\napi_class = local\n[local]\ndatabase = keys.db\nmaster_key_file = master.jwk\n'
// As a user starts it: none of what this process was started with goes along.
const { NODE_OPTIONS: _, NODE_COMPILE_CACHE: __, ...env } = process.env

export async function run(): Promise<void> {
  start(root, `${root}node_modules/typescript/bin/tsc`, '--build', `${root}packages/cli`)
  const folder = await temporaryFolder()
  try {
    await writeFile(folder.path('chatelaine.conf'), `${config}autogen_master_key = true\nproject_id = bench\n`)
    await compareStart(figures.health, folder.path(''), 'health')
    await compareStart(figures.list, folder.path(''), 'list')
  } finally {
    await folder.remove()
  }
}

async function compareStart(found: Figure, cwd: string, command: string): Promise<void> {
  const sides = { ours: repeated(() => start(cwd, main, command)), floor: repeated(() => start(cwd, '-e', '0')) }
  const costs = await interleave(sides, { count: 1, rounds: 21 })
  const [ours, floor] = [costs.ours, costs.floor].map((side) => wall(side).map((us) => us / 1_000))
  report(found, ours ?? [], floor)
}

function start(cwd: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, env })
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr.toString()}`)
}
