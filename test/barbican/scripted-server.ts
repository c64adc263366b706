import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

/** A request as it arrived. */
export interface Seen {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Answers one request; without a handler of its own, a path is 404. */
export type Handler = (response: ServerResponse, seen: Seen) => void

/** A server that does what a test says, for faults that the real one cannot be made to show. */
export interface ScriptedServer {
  readonly url: string
  readonly seen: Seen[]
  /** Requests other than the one for the versions. */
  readonly count: () => number
  /** The answers to come, one after the other; the last one stays. */
  script(...handlers: Handler[]): void
  /** The answers to come to the question for the versions. */
  scriptVersions(...handlers: Handler[]): void
  close(): Promise<void>
}

export const secretId = '0f1e2d3c-4b5a-4968-8778-695a4b3c2d1e'
// As a server that knows itself by another name.
const elsewhere = `http://elsewhere.invalid/v1/secrets/${secretId}`

export async function startScripted(tls?: { readonly key: string; readonly cert: string }): Promise<ScriptedServer> {
  const seen: Seen[] = []
  const sockets = new Set<Socket>()
  let handlers: Handler[] = []
  let versionHandlers: Handler[] = []
  const listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const each = { method, path: url, headers, body: Buffer.concat(chunks).toString() }
      if (url === '/') return (versionHandlers.shift() ?? versions)(response, each)
      seen.push(each)
      const [next] = handlers
      if (handlers.length > 1) handlers = handlers.slice(1)
      return (next ?? json(404, {}))(response, each)
    })
  }
  const server = tls ? createSecureServer(tls, listener) : createServer(listener)
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    count: () => seen.length,
    script(...next) {
      seen.length = 0
      handlers = next
    },
    scriptVersions(...next) {
      versionHandlers = next
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Handler {
  return (response) => {
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body))
  }
}

const versions = json(300, { versions: [{ id: 'v1', status: 'CURRENT', min_version: '1.0', max_version: '1.1' }] })

export const stored = json(201, { secret_ref: elsewhere })

export const metadata = json(200, {
  created: '2026-11-22T01:27:16.019710',
  status: 'ACTIVE',
  name: 'scripted',
  secret_type: 'opaque',
  expiration: null,
  consumers: [],
  secret_ref: elsewhere,
})

export const deleted: Handler = (response) => response.writeHead(204).end()

/** Ends the connection without an answer. */
export const reset: Handler = (response) => response.socket?.destroy()

/** Never answers. */
export const silence: Handler = () => {}

/** Ends the connection in the middle of the answer. */
export const halfAnswer: Handler = (response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '1000' })
  response.write('{"secrets": [')
  setTimeout(() => response.socket?.destroy(), 10)
}
