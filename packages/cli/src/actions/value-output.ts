import { writeFile } from 'node:fs/promises'
import { putNewFile } from '@chatelaine/core'
import { KeyManagerError, type ManagedObject, toJwk, toPem } from 'chatelaine'
import { fileError } from '../files.ts'
import { type Streams, writeAll, writeJson } from '../streams.ts'
import { toJson } from './show.ts'

/** Where a value goes: a file of mode 0600, or standard output, which may be a terminal only with `reveal`. */
export interface Destination {
  readonly out?: string
  readonly force?: boolean
  readonly reveal?: boolean
  readonly format?: string
  readonly json?: boolean
}

/** Refuses before anything is read from the backend what {@link writeObject} would refuse. */
export function checkDestination({ out, reveal }: Destination, { stdout }: Streams): void {
  if (out !== undefined || !stdout.isTTY || reveal) return
  const message = 'the value would be shown on the terminal: use --out FILE, a pipe, or --reveal'
  throw new KeyManagerError('invalid_argument', message)
}

/** Writes the value in its form, bare or in JSON with all else that is known; in a file it is always bare. */
export async function writeObject(object: ManagedObject, destination: Destination, { stdout }: Streams): Promise<void> {
  const { out, json, format = 'raw' } = destination
  if (out !== undefined) {
    await writeNewFile(out, bare(object, format), destination)
    if (json) await writeJson(stdout, { ...toJson(object), out })
  } else if (json) {
    await writeJson(stdout, { ...toJson(object), ...inJson(object, format) })
  } else {
    await writeAll(stdout, bare(object, format))
    if (stdout.isTTY) await writeAll(stdout, '\n')
  }
}

function bare(object: ManagedObject, format: string): Uint8Array {
  if (format === 'pem') return Buffer.from(toPem(object))
  if (format === 'jwk') return Buffer.from(`${JSON.stringify(toJwk(object))}\n`)
  return object.value.reveal()
}

function inJson(object: ManagedObject, format: string): Record<string, unknown> {
  if (format === 'pem') return { pem: toPem(object) }
  if (format === 'jwk') return { jwk: toJwk(object) }
  return { value: Buffer.from(object.value.reveal()).toString('base64') }
}

async function writeNewFile(file: string, bytes: Uint8Array, { force = false }: Destination): Promise<void> {
  const placed = await putNewFile(file, (temporary) => writeFile(temporary, bytes), { replace: force }).catch(
    (error: unknown) => {
      throw fileError(`${file} cannot be written`, error)
    },
  )
  if (!placed) throw new KeyManagerError('already_exists', `${file} exists; --force replaces it`)
}
