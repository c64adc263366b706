import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

// Not the first python3 in PATH, which may be another than the one that Debian's packages belong to.
const python = '/usr/bin/python3'
const server = fileURLToPath(new URL('./serve.py', import.meta.url))

/** Whether Debian's python3 has all these modules. */
export function hasModules(...modules: string[]): boolean {
  try {
    execFileSync(python, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore', env: { PYTHONWARNINGS: 'ignore' } })
    return true
  } catch {
    return false
  }
}

/** A script with Debian's python3; resolves to what it printed. */
export async function runPython(script: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const child = spawn(python, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PYTHONWARNINGS: 'ignore', ...env },
  })
  const output: Buffer[] = []
  const errors: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  if (code !== 0) throw new Error(`${script} ended with ${code}: ${Buffer.concat(errors).toString().slice(-2000)}`)
  return Buffer.concat(output).toString()
}

/** A WSGI server that answers. */
export interface PythonServer {
  stop(): Promise<void>
}

/** Starts serve.py and waits until `url` answers. */
export async function serve(kind: string, port: number, folder: string, url: string): Promise<PythonServer> {
  const log = openSync(`${folder}/${kind}.out`, 'a')
  const child = spawn(python, [server, kind, String(port), folder], {
    stdio: ['ignore', log, log],
    env: { PATH: process.env.PATH, HOME: folder, PYTHONWARNINGS: 'ignore', LANG: 'C.UTF-8' },
  })
  for (let attempt = 0; attempt < 600; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`${kind} ended with ${child.exitCode}: see ${folder}/${kind}.out`)
    const answered = await fetch(url).then(
      (response) => response.arrayBuffer(),
      () => undefined,
    )
    if (answered) return { stop: () => stop(child) }
    await delay(100)
  }
  await stop(child)
  throw new Error(`${kind} did not answer within a minute`)
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
