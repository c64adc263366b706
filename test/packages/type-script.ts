import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from '../docs/blocks.ts'
import { run } from './run.ts'

/** Compiles a folder as somebody does who wants to know everything, declarations of packages included. */
export async function typeScript(folder: string, options: object): Promise<void> {
  const compilerOptions = { strict: true, module: 'nodenext', types: ['node'], skipLibCheck: false, ...options }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
  await run(folder, join(root, 'node_modules/.bin/tsc'), [])
}
