// `npm run build`, and `prepack` of every package: in a package's folder it makes what goes into that tarball, else all.
import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { nodePath, root, run } from './node.mjs'

const here = relative(root, process.cwd())
const names = here === '' ? readdirSync(join(root, 'packages')).map((name) => join('packages', name)) : [here]

for (const name of names) removeStale(join(root, name))
const bin = dirname(nodePath())
const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` }
process.exitCode = await run(join(bin, 'tsc'), ['--build', ...names], { env })
for (const name of names) copyFileSync(join(root, 'LICENSE'), join(root, name, 'LICENSE'))

// The compiler leaves what it once made of a source that is gone.
function removeStale(folder) {
  const dist = join(folder, 'dist')
  for (const file of existsSync(dist) ? readdirSync(dist, { recursive: true }) : []) {
    const source = file.replace(/\.(?:js|d\.ts)(?:\.map)?$/, '.ts')
    if (source !== file && !existsSync(join(folder, 'src', source))) rmSync(join(dist, file))
  }
}
