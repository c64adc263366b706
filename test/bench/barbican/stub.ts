// Answers with canned bytes, as Barbican 15 would: what is measured against it is the client alone. Runs in its own process.
import { createServer, type Socket } from 'node:net'

const id = '0f1e2d3c-4b5a-4968-8778-695a4b3c2d1e'

const secret = {
  created: '2026-11-22T01:27:16.018123',
  updated: '2026-11-22T01:27:16.021423',
  status: 'ACTIVE',
  name: 'bench',
  secret_type: 'symmetric',
  expiration: null,
  algorithm: 'AES',
  bit_length: 256,
  mode: null,
  creator_id: null,
  consumers: [],
  content_types: { default: 'application/octet-stream' },
  secret_ref: `http://localhost:9311/v1/secrets/${id}`,
}

const json = (status: string, body: unknown) => answer(status, 'application/json', Buffer.from(JSON.stringify(body)))

function answer(status: string, type: string, body: Buffer): Buffer {
  const head = [
    `HTTP/1.1 ${status}`,
    `Content-Length: ${body.length}`,
    `Content-Type: ${type}`,
    'Date: Sun, 22 Nov 2026 01:27:16 GMT',
    'OpenStack-API-Version: key-manager 1.1',
    'Vary: OpenStack-API-Version',
    'x-openstack-request-id: req-b7f29fa2-ea94-40c1-b8c4-e33e8b890eac',
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
}

const canned = {
  versions: json('300 Multiple Choices', {
    versions: [{ id: 'v1', status: 'CURRENT', min_version: '1.0', max_version: '1.1', links: [] }],
  }),
  stored: json('201 Created', { secret_ref: `http://localhost:9311/v1/secrets/${id}` }),
  metadata: json('200 OK', secret),
  payload: answer('200 OK', 'application/octet-stream', Buffer.alloc(32, 0xa5)),
  deleted: Buffer.from(
    'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nDate: Sun, 22 Nov 2026 01:27:16 GMT\r\nOpenStack-API-Version: key-manager 1.1\r\n\r\n',
  ),
}

function respond(method: string, path: string): Buffer {
  if (method === 'POST') return canned.stored
  if (method === 'DELETE') return canned.deleted
  if (path.endsWith('/payload')) return canned.payload
  return path.includes('/secrets/') ? canned.metadata : canned.versions
}

// Requests come whole or in two pieces, head and body; nothing here is pipelined.
function serve(socket: Socket): void {
  let pending: Buffer = Buffer.alloc(0)
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    const end = pending.indexOf('\r\n\r\n')
    if (end < 0) return
    const head = pending.toString('latin1', 0, end)
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
    if (pending.length < end + 4 + length) return
    pending = pending.subarray(end + 4 + length)
    const [method = '', path = ''] = head.split(' ', 2)
    socket.write(respond(method, path))
  })
}

const server = createServer(serve).listen(0, '127.0.0.1', () => process.send?.({ address: server.address() }))
process.on('disconnect', () => process.exit())
