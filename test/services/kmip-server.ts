import { type ChildProcess, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { TlsOptions } from 'kmip-client-ts'
import { type Certificates, makeCertificates } from './kmip-certificates.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** How the server answers from now on; empty: as it should. */
export interface Behaviour {
  /** Bytes per write, each in a TLS record of its own. */
  readonly chunk?: number
  /** Answers are kept back until there are so many, then sent in one write. */
  readonly coalesce?: number
  readonly delayMs?: number
  readonly versions?: readonly string[]
  readonly noDiscover?: boolean
  /** The version in the header of answers. */
  readonly answerVersion?: string
  /** Credentials with this password are needed. */
  readonly password?: string
  /** Answers are Pending, and so are this many polls. */
  readonly pendingPolls?: number
  /** The answer to a Poll names Poll, not what was waited for. */
  readonly pollSaysPoll?: boolean
  readonly unknownTags?: boolean
  /** The operation in answers is another. */
  readonly shiftItems?: boolean
  /** Does what it was asked to, then drops the connection. */
  readonly dropBeforeAnswer?: boolean
  readonly resetBeforeAnswer?: boolean
  readonly halfAnswer?: boolean
  readonly thenClose?: boolean
  readonly closeAtOnce?: boolean
  readonly silent?: boolean
  /** Sent instead of an answer, hexadecimal. */
  readonly garbage?: string
}

/** Paths of the server's own certificate. */
export interface ServerFiles {
  readonly ca: string
  readonly cert: string
  readonly key: string
}

/** What the server has counted. */
export interface Counts {
  readonly counts: Readonly<Record<string, number>>
  readonly connections: number
  readonly resumed: number
}

/** A KMIP server for what PyKMIP cannot be made to show, in a process of its own. */
export interface KmipServer {
  readonly port: number
  readonly certificates: Certificates
  readonly tls: TlsOptions & { readonly ca: string; readonly cert: string; readonly key: string }
  /** Changes how it answers, from the next request on. */
  behave(behaviour: Behaviour): Promise<void>
  counted(): Promise<Counts>
  close(): Promise<void>
}

/** Starts it on a free port of 127.0.0.1, with new certificates. */
export async function startKmipServer(): Promise<KmipServer> {
  const folder = await temporaryFolder()
  const certificates = await makeCertificates(folder.path('.'))
  const { ca, server, client } = certificates
  const child = fork(new URL('./kmip-server-process.ts', import.meta.url), [JSON.stringify({ ca, ...server })], {
    execArgv: ['--conditions=chatelaine-source'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const { port } = (await next(child, () => true)) as { port: number }
  let last = 0
  const ask = async (behaviour?: Behaviour): Promise<Counts> => {
    const id = ++last
    const answer = next(child, (message) => (message as { id?: number }).id === id)
    child.send({ id, ...(behaviour !== undefined && { behaviour }) })
    return (await answer) as Counts
  }
  return {
    port,
    certificates,
    tls: {
      ca: readFileSync(ca, 'utf8'),
      cert: readFileSync(client.cert, 'utf8'),
      key: readFileSync(client.key, 'utf8'),
    },
    behave: async (behaviour) => void (await ask(behaviour)),
    counted: () => ask(),
    async close() {
      if (child.exitCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve))
        child.kill('SIGKILL')
        await ended
      }
      await folder.remove()
    },
  }
}

function next(child: ChildProcess, wanted: (message: unknown) => boolean): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null)
    return Promise.reject(new Error('the kmip server has ended'))
  return new Promise((resolve, reject) => {
    const ended = () => reject(new Error('the kmip server has ended'))
    const look = (message: unknown) => {
      if (!wanted(message)) return
      child.off('message', look).off('exit', ended)
      resolve(message)
    }
    child.on('message', look).once('exit', ended)
  })
}
