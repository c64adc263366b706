// `npm run bench [-- NAME …]`: prints one JSON line for each figure of the named benchmarks, or of all.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root, runNode } from './node.mjs'

const all = readdirSync(join(root, 'test/bench'))
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -'.ts'.length))
const names = process.argv.slice(2)
for (const name of names.length === 0 ? all : names) {
  if (!all.includes(name)) throw new Error(`there is no benchmark ${name}; there are ${all.join(', ')}`)
  const status = await runNode([`test/bench/${name}.ts`])
  if (status !== 0) process.exitCode = status
}
