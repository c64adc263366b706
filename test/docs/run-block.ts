import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Block, root } from './blocks.ts'

const exec = promisify(execFile)

// From below the tests the packages can be imported. Node strips no types there, so that it is done before.
const scratch = join(root, 'test/node_modules/.docs')

/** Runs a block in a process that stands in `cwd`; a page's blocks can import each other by the names that the page gives. */
export async function runBlock(
  { page, file, text, number }: Block,
  cwd: string,
  ...options: string[]
): Promise<string> {
  const folder = join(scratch, page.replaceAll(/\W/g, '-'))
  const name = file?.replace(/\.ts$/, '.js') ?? `${number}.js`
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  await writeFile(join(folder, name), stripTypeScriptTypes(text))
  const { stdout } = await exec(process.execPath, ['--conditions=chatelaine-source', ...options, join(folder, name)], {
    cwd,
  })
  return stdout
}
