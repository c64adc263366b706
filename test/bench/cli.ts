// What the built command takes to start, do the least there is to do on a local database and end, against Node.js alone. The
// processes run in turns, the first one changing each round; what is printed is the median of the rounds' differences.
import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { temporaryFolder } from '../services/temporary-folder.ts'
import { median, print, round } from './support/rounds.ts'

const rounds = 15
const root = fileURLToPath(new URL('../..', import.meta.url))
const main = `${root}packages/cli/dist/main.js`
const config = '[key_manager]\napi_class = local\n[local]\ndatabase = keys.db\nmaster_key_file = master.jwk\n'
// As a user starts it: none of what this process was started with goes along.
const { NODE_OPTIONS: _, NODE_COMPILE_CACHE: __, ...env } = process.env

build()
const folder = await temporaryFolder()
try {
  await writeFile(folder.path('chatelaine.conf'), `${config}autogen_master_key = true\nproject_id = bench\n`)
  for (const command of ['health', 'list']) compareStarts(command)
} finally {
  await folder.remove()
}

function build(): void {
  const { status } = spawnSync(process.execPath, [
    `${root}node_modules/typescript/bin/tsc`,
    '--build',
    `${root}packages/cli`,
  ])
  if (status !== 0) throw new Error('the command cannot be built')
}

function compareStarts(command: string): void {
  const ours = () => elapsed(main, command)
  // The first run makes the database; both sides are in the system's cache then.
  ours()
  floor()
  const times = Array.from({ length: rounds }, (_, index) => {
    if (index % 2 === 0) return { ours: ours(), floor: floor() }
    return { floor: floor(), ours: ours() }
  })
  print({
    bench: 'cli.start',
    command,
    ours_ms: round(median(times.map((time) => time.ours))),
    floor_ms: round(median(times.map((time) => time.floor))),
    extra_ms: round(median(times.map((time) => time.ours - time.floor))),
  })
}

function floor(): number {
  return elapsed('-e', '0')
}

function elapsed(...args: string[]): number {
  const started = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder.path(''), env })
  const ms = performance.now() - started
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stderr.toString()}`)
  return ms
}
