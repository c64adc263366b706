// Runs sources with the Node that the workspace installs for itself: the machine's own may be too old for them.
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const installed = join(root, 'node_modules/.bin/node')

/** The workspace's Node where it is installed, else this one where it is new enough. */
export function nodePath() {
  if (existsSync(installed)) return installed
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath
  throw new Error('run `npm run quickstart` or `npm test` first: they install the Node that the sources need')
}

/** The other versions that the packages are for, as test/nodes has them. */
export function otherNodes() {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'test/nodes/package.json'), 'utf8'))
  const names = Object.keys(optionalDependencies).filter((name) => name.endsWith(`-${process.arch}`))
  return names.map((name) => join(root, 'test/nodes/node_modules', name, 'bin/node'))
}

/** Runs a source file of the workspace; resolves to its exit status. */
export function runNode([file, ...args], options = {}) {
  return run(nodePath(), ['--conditions=chatelaine-source', join(root, file), ...args], options)
}

/** Runs a command with this process's streams; resolves to its exit status, 128 and the signal's number after a signal. */
export function run(command, args, options = {}) {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options })
    child.on('error', fail)
    child.on('exit', (code, signal) => done(signal ? 128 : code))
  })
}

/** As {@link run}; what it prints goes to the file `log` too. */
export function runLogged(command, args, log, options = {}) {
  return new Promise((done, fail) => {
    const env = { ...process.env, ...options.env, ...(process.stdout.isTTY && { FORCE_COLOR: '1' }) }
    const child = spawn(command, args, { ...options, env, stdio: ['inherit', 'pipe', 'pipe'] })
    for (const stream of ['stdout', 'stderr']) {
      child[stream].on('data', (chunk) => {
        appendFileSync(log, chunk)
        process[stream].write(chunk)
      })
    }
    child.on('error', fail)
    child.on('exit', (code, signal) => {
      const status = signal ? 128 : code
      // A process that outlives it would hold the pipes open for ever.
      const patience = setTimeout(() => {
        child.stdout.destroy()
        child.stderr.destroy()
        done(status)
      }, 2_000)
      child.on('close', () => {
        clearTimeout(patience)
        done(status)
      })
    })
  })
}
