import { join } from 'node:path'
import { root } from '../docs/blocks.ts'

const other = (major: number) => join(root, `test/nodes/node_modules/node-${major}-${process.arch}/bin`)

/** The workspace's own Node, with the headers that native addons are compiled with. */
export const ownNode = join(root, `node_modules/node-linux-${process.arch}`)

/** The folders of the Node versions that the packages are for, each with one `node`. */
export const nodes = [
  { major: 22, bin: other(22) },
  { major: 24, bin: join(ownNode, 'bin') },
  { major: 26, bin: other(26) },
] as const
