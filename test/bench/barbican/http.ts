import { Agent, request } from 'node:http'
import type { Operation } from './operations.ts'

const secret = '/v1/secrets/0f1e2d3c-4b5a-4968-8778-695a4b3c2d1e'
const body = JSON.stringify({
  name: 'bench',
  secret_type: 'symmetric',
  algorithm: 'AES',
  bit_length: 256,
  payload_content_type: 'application/octet-stream',
  payload_content_encoding: 'base64',
  payload: Buffer.alloc(32, 0xa5).toString('base64'),
})

/** The requests of each operation by node:http over kept connections, with the JSON read and nothing checked but the status. */
export function plainHttp(port: number): Readonly<Record<Operation, () => Promise<unknown>>> {
  const agent = new Agent({ keepAlive: true, scheduling: 'lifo' })
  const send = (method: string, path: string, accept: string, text?: string) =>
    exchange(agent, { port, method, path, accept, text })
  return {
    store: async () => JSON.parse((await send('POST', '/v1/secrets', 'application/json', body)).toString()),
    async get() {
      const [metadata, payload] = await Promise.all([
        send('GET', secret, 'application/json'),
        send('GET', `${secret}/payload`, 'application/octet-stream'),
      ])
      return [JSON.parse(metadata.toString()), payload]
    },
    delete: () => send('DELETE', secret, 'application/json'),
  }
}

interface Message {
  readonly port: number
  readonly method: string
  readonly path: string
  readonly accept: string
  readonly text: string | undefined
}

function exchange(agent: Agent, { port, method, path, accept, text }: Message): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const headers = {
    Accept: accept,
    'X-Project-Id': 'bench',
    ...(text !== undefined && { 'Content-Type': 'application/json', 'Content-Length': text.length }),
  }
  const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent }, (answer) => {
    const chunks: Buffer[] = []
    answer.on('data', (chunk: Buffer) => chunks.push(chunk))
    answer.on('end', () => {
      if ((answer.statusCode ?? 500) < 300) resolve(Buffer.concat(chunks))
      else reject(new Error(`${method} ${path}: ${answer.statusCode}`))
    })
  })
  outgoing.on('error', reject)
  outgoing.end(text)
  return promise
}
