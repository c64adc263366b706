import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder {
  readonly path: (name: string) => string
  readonly remove: () => Promise<void>
}

/** A fresh folder of mode 0700, to be removed by whoever asked for it. */
export async function temporaryFolder(base: string = tmpdir()): Promise<TemporaryFolder> {
  const folder = await mkdtemp(join(base, 'chatelaine-'))
  return {
    path: (name) => join(folder, name),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
