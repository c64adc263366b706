import { connect, createSecureContext, type TLSSocket } from 'node:tls'
import { decodeResponse, encodeRequest, findOperation } from 'kmip-client-ts'

/** A server, and what it wants of a client. */
export interface Target {
  readonly port: number
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string }
}

/** A connection that sends the bytes of one Get, and waits for as many as the answer has without reading them. */
export interface RawConnection {
  readonly turn: () => Promise<void>
  readonly close: () => void
}

/** Opens one; throws unless the server gives the object. */
export async function openRaw({ port, tls }: Target, uniqueIdentifier: string): Promise<RawConnection> {
  const socket = connect({ host: '127.0.0.1', port, secureContext: createSecureContext(tls) })
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
  socket.setNoDelay(true)
  const request = getRequest(uniqueIdentifier)
  const length = await answerLength(socket, request)
  let missing = 0
  let done: (() => void) | undefined
  socket.on('data', (chunk: Buffer) => {
    missing -= chunk.length
    if (missing === 0) done?.()
  })
  const turn = () =>
    new Promise<void>((resolve) => {
      missing = length
      done = resolve
      socket.write(request)
    })
  return { turn, close: () => void socket.destroy() }
}

function getRequest(uniqueIdentifier: string): Buffer {
  const header = { protocolVersion: { major: 1, minor: 4 }, maximumResponseSize: 1 << 24, batchCount: 1 }
  const items = [{ operation: 'Get', payload: { uniqueIdentifier } }] as const
  return Buffer.from(encodeRequest({ header, items }, '1.4', findOperation))
}

async function answerLength(socket: TLSSocket, request: Buffer): Promise<number> {
  socket.write(request)
  const answer = await new Promise<Buffer>((resolve) => socket.once('data', resolve))
  const [item] = decodeResponse(answer, { findPayload: findOperation }).items
  if (item?.resultStatus !== 'Success') throw new Error('the server does not give the key')
  return answer.length
}
