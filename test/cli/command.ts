import { execFile } from 'node:child_process'
import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { run, type Streams } from '@chatelaine/cli'
import { type TemporaryFolder, temporaryFolder } from '../services/temporary-folder.ts'

const exec = promisify(execFile)

/** The command's source, and what Node needs to run it. */
export const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url))
export const nodeArguments = ['--conditions=chatelaine-source', main]

export const localConfig = `[key_manager]
api_class = local
[local]
database = keys.db
master_key_file = master.jwk
autogen_master_key = true
project_id = demo
`

export interface Result {
  readonly status: number
  readonly out: Buffer
  readonly err: string
}

/** A folder with a configuration, and the command in it: in this process, or as a program on the PATH of a shell. */
export interface Workplace {
  readonly folder: TemporaryFolder
  readonly config: string
  readonly path: (name: string) => string
  readonly chatelaine: (args: readonly string[], input?: string | Buffer, streams?: Partial<Streams>) => Promise<Result>
  /** What a shell printed that ran `script` in the folder; a status other than 0 is an error. */
  readonly shell: (script: string, shell?: string) => Promise<string>
  readonly environment: NodeJS.ProcessEnv
}

export async function workplace(config: string = localConfig): Promise<Workplace> {
  // What examples read from a file, and what they write to one.
  const folder = await temporaryFolder({ plain: ['signing.pem', 'password.txt'] })
  const file = folder.path('chatelaine.conf')
  await writeFile(file, config)
  await makeProgram(folder)
  const environment = {
    ...process.env,
    NODE_OPTIONS: '',
    PATH: `${folder.path('bin')}:${process.env['PATH']}`,
    HOME: folder.path(''),
  }
  return {
    folder,
    config: file,
    path: folder.path,
    environment,
    chatelaine: (args, input = '', streams = {}) => inProcess(['--config', file, ...args], input, streams),
    shell: async (script, shell = 'bash') =>
      (await exec(shell, ['-c', script], { cwd: folder.path(''), env: environment })).stdout,
  }
}

async function makeProgram(folder: TemporaryFolder): Promise<void> {
  await mkdir(folder.path('bin'))
  const program = join(folder.path('bin'), 'chatelaine')
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" ${nodeArguments.join(' ')} "$@"\n`)
  await chmod(program, 0o755)
}

async function inProcess(args: readonly string[], input: string | Buffer, given: Partial<Streams>): Promise<Result> {
  const [stdout, stderr] = [collected(), collected()]
  const stdin = Object.assign(Readable.from([Buffer.from(input)]), { isTTY: false })
  const status = await run(args, { stdin, stdout: stdout.stream, stderr: stderr.stream, ...given })
  await new Promise(setImmediate)
  return { status, out: stdout.bytes(), err: stderr.bytes().toString() }
}

function collected() {
  const stream = new PassThrough()
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => chunks.push(chunk))
  return { stream, bytes: () => Buffer.concat(chunks) }
}

/** A standard output that is a terminal, `columns` wide, and what was written to it. */
export function terminal(columns = 80) {
  const { stream, bytes } = collected()
  return { stdout: Object.assign(stream, { isTTY: true, columns }), text: () => bytes().toString() }
}
