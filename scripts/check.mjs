// `npm run check`: types, lint, format and dead code.

import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { nodePath, run } from './node.mjs'

/** @type {[name: string, command: string, args: string[]][]} */
const steps = [
  ['types', 'tsc', ['--build']],
  ['lint', 'oxlint', ['--deny-warnings']],
  ['format', 'biome', ['check', '--error-on-warnings']],
  ['dead code', 'knip', []],
]

/** Runs every step, whatever becomes of the others; says which passed and which failed. */
export async function check() {
  const results = { passed: [], failed: [] }
  const bin = dirname(nodePath())
  const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` }
  for (const [name, command, args] of steps) {
    const status = await run(join(bin, command), args, { env })
    results[status === 0 ? 'passed' : 'failed'].push(name)
    console.log(`${name}: ${status === 0 ? 'passed' : `failed (${command})`}`)
  }
  return results
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { failed } = await check()
  process.exitCode = failed.length === 0 ? 0 : 1
}
