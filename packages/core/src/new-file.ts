import { randomUUID } from 'node:crypto'
import { link, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Puts a file of mode 0600 at `path`, complete or not at all: `write` fills a temporary file beside it, which is synced to
 * disk and then linked. False where `path` exists already, unless `replace` is set.
 */
export async function putNewFile(
  path: string,
  write: (temporary: string) => Promise<void>,
  { replace = false } = {},
): Promise<boolean> {
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await (await open(temporary, 'wx', 0o600)).close()
    await write(temporary)
    await sync(temporary)
    const placed = replace ? await renamed(temporary, path) : await linked(temporary, path)
    await sync(dirname(path))
    return placed
  } finally {
    await rm(temporary, { force: true })
  }
}

async function renamed(from: string, to: string): Promise<boolean> {
  await rename(from, to)
  return true
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
