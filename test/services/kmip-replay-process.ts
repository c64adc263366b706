import { readFileSync } from 'node:fs'
import { createServer } from 'node:tls'

const [ca = '', cert = '', key = '', hex = ''] = process.argv.slice(2)
const response = Buffer.from(hex, 'hex')
const options = { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key), requestCert: true }

const server = createServer(options, (socket) => {
  socket.setNoDelay(true)
  socket.on('error', () => undefined)
  let buffered: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    buffered = buffered.length === 0 ? chunk : Buffer.concat([buffered, chunk])
    while (buffered.length >= 8 && buffered.length >= 8 + buffered.readUInt32BE(4)) {
      buffered = buffered.subarray(8 + buffered.readUInt32BE(4))
      socket.write(response)
    }
  })
})

process.on('disconnect', () => process.exit())
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(typeof address === 'object' ? address?.port : 0)
})
