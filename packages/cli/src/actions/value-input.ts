import { readFile } from 'node:fs/promises'
import { KeyManagerError } from 'chatelaine'
import type { Streams } from './streams.ts'

/** The bytes of a value: from `file`, or from standard input, which must not be a terminal, where it would be seen. */
export async function readValue(file: string | undefined, { stdin }: Streams): Promise<Buffer> {
  if (file !== undefined) return readInputFile(file)
  if (stdin.isTTY) {
    throw new KeyManagerError('invalid_argument', 'give the value on standard input or with --in FILE')
  }
  const chunks: Buffer[] = []
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk as Uint8Array))
  return Buffer.concat(chunks)
}

async function readInputFile(file: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code'
    throw new KeyManagerError('invalid_argument', `${file} cannot be read (${code})`)
  }
}
