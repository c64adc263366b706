import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { TlsOptions } from 'kmip-client-ts'
import { makeCertificates } from './kmip-certificates.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A server that gives the same bytes for every message: as little as a server can do. */
export interface Replay {
  readonly port: number
  readonly tls: TlsOptions & { readonly ca: string; readonly cert: string; readonly key: string }
  close(): Promise<void>
}

/** Starts it in a process of its own. */
export async function startReplay(response: Uint8Array): Promise<Replay> {
  const folder = await temporaryFolder()
  const { ca, server, client } = await makeCertificates(folder.path('.'))
  const child = fork(new URL('./kmip-replay-process.ts', import.meta.url), [
    ca,
    server.cert,
    server.key,
    Buffer.from(response).toString('hex'),
  ])
  const port = await new Promise<number>((resolve, reject) => {
    child.once('message', (message) => resolve(Number(message)))
    child.once('exit', () => reject(new Error('the replay server has ended')))
  })
  return {
    port,
    tls: {
      ca: readFileSync(ca, 'utf8'),
      cert: readFileSync(client.cert, 'utf8'),
      key: readFileSync(client.key, 'utf8'),
    },
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGKILL')
      await ended
      await folder.remove()
    },
  }
}
