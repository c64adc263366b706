import { writeFile } from 'node:fs/promises'
import { putNewFile } from '@chatelaine/core'
import { KeyManagerError } from 'chatelaine'
import { type Streams, writeAll } from './streams.ts'

/** Where a value goes: a file of mode 0600, or standard output, which may be a terminal only with `reveal`. */
export interface Destination {
  readonly out?: string
  readonly force?: boolean
  readonly reveal?: boolean
}

/** Refuses before anything is read from the backend what {@link writeValue} would refuse. */
export function checkDestination({ out, reveal }: Destination, { stdout }: Streams): void {
  if (out !== undefined || !stdout.isTTY || reveal) return
  const message = 'the value would be shown on the terminal: use --out FILE, a pipe, or --reveal'
  throw new KeyManagerError('invalid_argument', message)
}

/** Writes the bare bytes; an existing file is replaced only with `force`. A terminal gets a line feed after them. */
export async function writeValue(bytes: Uint8Array, destination: Destination, { stdout }: Streams): Promise<void> {
  const { out, force = false } = destination
  if (out === undefined) {
    await writeAll(stdout, bytes)
    if (stdout.isTTY) await writeAll(stdout, '\n')
    return
  }
  const written = await putNewFile(out, (temporary) => writeFile(temporary, bytes), { replace: force })
  if (!written) throw new KeyManagerError('already_exists', `${out} exists; --force replaces it`)
}
