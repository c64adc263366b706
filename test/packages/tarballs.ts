import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { createPackageFromTarballData, type Package } from '@arethetypeswrong/core'
import { root } from '../docs/blocks.ts'
import { run } from './run.ts'

/** What of a package.json the tests look at. */
export interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string
  readonly exports: Readonly<Record<string, unknown>>
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** A package as `npm pack` makes it. */
export interface Tarball {
  readonly file: string
  readonly manifest: Manifest
  readonly content: Package
  /** Paths within the package. */
  readonly paths: readonly string[]
}

/** Packs every package of the workspace into `folder`. */
export async function packAll(folder: string): Promise<Tarball[]> {
  mkdirSync(folder)
  const packages = readdirSync(join(root, 'packages')).map((name) => `./packages/${name}`)
  await run(root, 'npm', ['pack', '--silent', '--pack-destination', folder, ...packages])
  const tarballs = readdirSync(folder).map((name) => readTarball(join(folder, name)))
  if (tarballs.length !== packages.length) throw new Error(`${packages.length} packages, ${tarballs.length} tarballs`)
  return tarballs
}

function readTarball(file: string): Tarball {
  const content = createPackageFromTarballData(Uint8Array.from(readFileSync(file)))
  const prefix = `/node_modules/${content.packageName}/`
  const paths = content.listFiles(prefix).map((path) => path.slice(prefix.length))
  return { file, manifest: JSON.parse(content.readFile(`${prefix}package.json`)) as Manifest, content, paths }
}

/** The text of a file in a tarball. */
export function textOf({ content }: Tarball, path: string): string {
  return content.readFile(`/node_modules/${content.packageName}/${path}`)
}

/** What can be imported from a package, as an application writes it. */
export function entryPoints({ manifest }: Tarball): string[] {
  const paths = Object.keys(manifest.exports).filter((path) => path !== './package.json')
  return paths.map((path) => posix.join(manifest.name, path))
}
