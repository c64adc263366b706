// Installs the workspace with the one version of pnpm that the lockfile was made with; npm and Node 20 are all it needs.
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { root, run } from './node.mjs'

/** What npx is to run. */
export const pnpm = 'pnpm@12.21.0'

/** What the local backend needs, and no addon is compiled. */
export async function installQuickly() {
  await pnpmRun([
    'install',
    '--frozen-lockfile',
    '--ignore-scripts',
    '--filter',
    'chatelaine-workspace',
    '--filter',
    '@chatelaine/examples...',
  ])
}

/** Everything, native addons included: they are compiled with the headers of the Node that comes with the workspace. */
export async function installAll() {
  await pnpmRun(['install', '--frozen-lockfile', '--ignore-scripts'])
  await pnpmRun(['rebuild', '--recursive'])
}

/** Brings the lockfile in line with the ranges that the packages ask for. */
export async function updateLockfile() {
  await pnpmRun(['install', '--lockfile-only', '--no-frozen-lockfile'])
}

/** The Debian packages that the tests need. */
export function testPackages() {
  const lines = readFileSync(join(root, 'test/services/debian-packages.txt'), 'utf8').split('\n')
  return lines.map((line) => line.trim()).filter((name) => name !== '' && !name.startsWith('#'))
}

function missingDebianPackages(wanted) {
  if (!existsSync('/etc/debian_version')) return []
  const status = existsSync('/var/lib/dpkg/status') ? readFileSync('/var/lib/dpkg/status', 'utf8') : ''
  const installed = new Set(
    [...status.matchAll(/^Package: (\S+)\nStatus: install ok installed$/gm)].map((match) => match[1]),
  )
  return wanted.filter((name) => !installed.has(name))
}

/** Installs Debian packages where this process is allowed to, and says so; elsewhere says what to install. */
export async function installDebianPackages(wanted) {
  const missing = missingDebianPackages(wanted)
  if (missing.length === 0) return
  const command = `apt-get install --yes --no-install-recommends ${missing.join(' ')}`
  if (process.getuid?.() !== 0) {
    console.log(`Needed, and to be installed by root: ${command}`)
    return
  }
  console.log(`Debian packages are needed: ${command}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await expectSuccess('apt-get', ['update', '--quiet', '--quiet'], { env })
  const args = ['install', '--yes', '--quiet', '--quiet', '--no-install-recommends', ...missing]
  await expectSuccess('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] })
}

async function pnpmRun(args) {
  const headers = join(root, `node_modules/node-linux-${process.arch}`)
  const env = { ...process.env, npm_config_update_notifier: 'false', CI: 'true' }
  if (existsSync(join(headers, 'include/node'))) env.npm_config_nodedir = realpathSync(headers)
  await expectSuccess('npx', ['--yes', pnpm, ...args], { env })
}

async function expectSuccess(command, args, options) {
  const status = await run(command, args, options)
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed with status ${status}`)
}
