import type { Readable, Writable } from 'node:stream'

/** What the command reads from and writes to, and the signal that ends it early; a test gives its own. */
export interface Streams {
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: Writable
  readonly signal?: AbortSignal
}

/** Writes all of `data` before it resolves. */
export function writeAll(stream: Writable, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(data, (error) => (error ? reject(error) : resolve()))
  })
}

/** Says what is not an error but ought to be known. */
export function writeWarning(stream: Writable, message: string, json: boolean): Promise<void> {
  return json ? writeJson(stream, { warning: { message } }) : writeAll(stream, `chatelaine: warning: ${message}\n`)
}

/** Writes one line of JSON. */
export function writeJson(stream: Writable, value: unknown): Promise<void> {
  return writeAll(stream, `${JSON.stringify(value)}\n`)
}
