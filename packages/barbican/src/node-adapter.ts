import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { urlToHttpOptions } from 'node:url'
import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios'
import { TransportError, type TransportFailure } from './transport-error.ts'

/** What one request needs beside axios's configuration of it. */
export interface Line {
  /** For the protocol of the request. */
  readonly agent: NonNullable<RequestOptions['agent']>
  /** Milliseconds for the whole exchange. */
  readonly timeoutMs: number
  /** In bytes; a longer answer fails. */
  readonly longestAnswer: number
  readonly signal?: AbortSignal | undefined
}

/**
 * An axios adapter straight over node:http: no proxy, no redirect, no decompression, every status an answer, and failures
 * that say whether the request was sent.
 */
export function exchange(config: InternalAxiosRequestConfig, line: Line): Promise<AxiosResponse<Buffer>> {
  return new Promise((resolve, reject) => {
    const request = open(config, line)
    const sent = watchSending(request)
    let settled = false
    const settle = () => {
      settled = true
      clearTimeout(timer)
      line.signal?.removeEventListener('abort', onAbort)
    }
    const fail = (failure: TransportFailure, cause?: unknown) => {
      if (settled) return
      settle()
      reject(new TransportError(failure, sent(), request.reusedSocket, cause))
      request.destroy()
    }
    const onAbort = () => fail('aborted')
    const timer = setTimeout(() => fail('timeout'), line.timeoutMs)
    line.signal?.addEventListener('abort', onAbort, { once: true })
    request.on('error', (error) => fail('connection', error))
    request.on('response', (message) => {
      collect(message, line.longestAnswer, fail, (data) => {
        if (settled) return
        settle()
        resolve({ status: message.statusCode ?? 0, statusText: '', headers: headersOf(message), data, config })
      })
    })
    request.end(config.data)
  })
}

function open(config: InternalAxiosRequestConfig, line: Line): ClientRequest {
  const url = new URL(config.url ?? '')
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest
  return start({
    ...urlToHttpOptions(url),
    method: (config.method ?? 'get').toUpperCase(),
    headers: config.headers.toJSON() as Record<string, string>,
    agent: line.agent,
  })
}

// Until its connection stands, nothing of a request can have reached the server.
function watchSending(request: ClientRequest): () => boolean {
  let sent = false
  request.once('socket', (socket) => {
    if (!socket.connecting) sent = true
    else socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => (sent = true))
  })
  return () => sent
}

function collect(
  message: IncomingMessage,
  longest: number,
  fail: (failure: TransportFailure, cause?: unknown) => void,
  done: (body: Buffer) => void,
): void {
  const chunks: Buffer[] = []
  let length = 0
  message.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    length += chunk.length
    if (length > longest) fail('oversized')
  })
  message.on('error', (error) => fail('connection', error))
  message.on('close', () => {
    if (!message.complete) fail('connection')
  })
  message.on('end', () => {
    if (message.complete) done(join(chunks))
  })
}

// Chunks are slices of what the socket read: the whole is copied out, and no second copy stays behind.
function join(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks
  if (chunks.length === 1 && first !== undefined) return first
  const whole = Buffer.concat(chunks)
  for (const chunk of chunks) chunk.fill(0)
  return whole
}

function headersOf(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(message.headers)) if (typeof value === 'string') headers[name] = value
  return headers
}
