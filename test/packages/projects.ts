import { readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { root } from '../docs/blocks.ts'
import { run } from './run.ts'
import type { Tarball } from './tarballs.ts'

const [pnpm = ''] = /pnpm@[\d.]+/.exec(readFileSync(join(root, 'scripts/install.mjs'), 'utf8')) ?? []

/** Names of packages and what is to be installed under them: the path of a tarball or a folder, or a version. */
export type Wanted = Readonly<Record<string, string>>

/** The tarballs of those packages, or of all. */
export function tarballsOf(tarballs: readonly Tarball[], ...names: readonly string[]): Wanted {
  const wanted = tarballs.filter(({ manifest }) => names.length === 0 || names.includes(manifest.name))
  return Object.fromEntries(wanted.map(({ manifest, file }) => [manifest.name, `file:${file}`]))
}

/** Makes an empty project and installs into it by npm. */
export async function installByNpm(folder: string, dependencies: Wanted): Promise<void> {
  await makeProject(folder, dependencies)
  await run(folder, 'npm', ['install', '--install-links', '--no-audit', '--no-fund'])
}

/**
 * Makes an empty project in a workspace where packages see what they depend on and nothing else, and installs into it by
 * pnpm; `overrides` stand in for a registry that has the packages.
 */
export async function installByPnpm(folder: string, dependencies: Wanted, overrides: Wanted): Promise<void> {
  const workspace = dirname(folder)
  await mkdir(workspace)
  const settings = { packages: [basename(folder)], hoist: false, overrides }
  await writeFile(join(workspace, 'pnpm-workspace.yaml'), JSON.stringify(settings))
  await makeProject(folder, dependencies)
  await run(workspace, 'npx', ['--yes', pnpm, 'install'])
}

async function makeProject(folder: string, dependencies: Wanted): Promise<void> {
  await mkdir(folder)
  const project = { name: 'application', private: true, type: 'module', dependencies }
  await writeFile(join(folder, 'package.json'), JSON.stringify(project))
}
