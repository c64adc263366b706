import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { blocksOf, root } from '../docs/blocks.ts'
import { typeScript } from './type-script.ts'

/** Makes a folder of a package from what docs/writing-a-backend.md says: its driver, compiled, and its package.json. */
export async function makeThirdParty(folder: string): Promise<void> {
  const blocks = blocksOf('docs/writing-a-backend.md')
  const text = (file: string) => blocks.find((block) => block.file === file)?.text ?? ''
  // Below test/node_modules are the packages that it imports.
  const source = await mkdtemp(join(root, 'test/node_modules/.third-party-'))
  try {
    await mkdir(folder)
    await writeFile(join(folder, 'package.json'), text('package.json'))
    await writeFile(join(source, 'package.json'), text('package.json'))
    await writeFile(join(source, 'map-driver.ts'), text('map-driver.ts'))
    await typeScript(source, { declaration: true, outDir: folder })
  } finally {
    await rm(source, { recursive: true })
  }
}
