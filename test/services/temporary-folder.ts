import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFolder {
  readonly path: (name: string) => string
  readonly remove: () => Promise<void>
}

/** Where files cost no disk, if there is such a place: for services that would write each object dozens of times. */
export const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A fresh folder of mode 0700, to be removed by whoever asked for it. */
export async function temporaryFolder(base: string = tmpdir()): Promise<TemporaryFolder> {
  const folder = await mkdtemp(join(base, 'chatelaine-'))
  return {
    path: (name) => join(folder, name),
    remove: () => rm(folder, { recursive: true, force: true }),
  }
}
