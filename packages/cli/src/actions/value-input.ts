import { readFile } from 'node:fs/promises'
import { addAbortSignal } from 'node:stream'
import { KeyManagerError } from 'chatelaine'
import { fileError } from '../files.ts'
import type { Streams } from '../streams.ts'

/** The bytes of a value: from `file`, or from standard input, which must not be a terminal, where it would be seen. */
export async function readValue(file: string | undefined, { stdin, signal }: Streams): Promise<Buffer> {
  if (file !== undefined) {
    return readFile(file).catch((error: unknown) => {
      throw fileError(`${file} cannot be read`, error)
    })
  }
  if (stdin.isTTY) {
    throw new KeyManagerError('invalid_argument', 'give the value on standard input or with --in FILE')
  }
  if (signal) addAbortSignal(signal, stdin)
  const chunks: Buffer[] = []
  try {
    for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  } catch (error) {
    if (signal?.aborted) throw new KeyManagerError('aborted', 'aborted before the value was read')
    throw fileError('standard input cannot be read', error)
  }
  return Buffer.concat(chunks)
}
