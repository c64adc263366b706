import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lookAtFiles } from '../leaks/watch.ts'

export interface TemporaryFolder {
  readonly path: (name: string) => string
  readonly remove: () => Promise<void>
}

export interface TemporaryFolderOptions {
  readonly base?: string
  /** Files and folders in it that hold values on purpose; in all others none may be found. */
  readonly plain?: readonly string[]
}

/** Where files cost no disk, if there is such a place: for services that would write each object dozens of times. */
export const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** A fresh folder of mode 0700, to be removed by whoever asked for it. */
export async function temporaryFolder({
  base = tmpdir(),
  plain = [],
}: TemporaryFolderOptions = {}): Promise<TemporaryFolder> {
  const folder = await mkdtemp(join(base, 'chatelaine-'))
  return {
    path: (name) => join(folder, name),
    remove: () => {
      lookAtFiles(folder, plain)
      return rm(folder, { recursive: true, force: true })
    },
  }
}
