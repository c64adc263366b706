import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { createServer, type TLSSocket } from 'node:tls'
import {
  decodeRequest,
  encodeItem,
  encodeResponse,
  findOperation,
  type OperationName,
  type RequestMessage,
  type ResponseItem,
  tagNumber,
  type Version,
} from 'kmip-client-ts'
import { KmipEngine } from './kmip-engine.ts'
import type { Behaviour, ServerFiles } from './kmip-server.ts'

const engine = new KmipEngine()
const counts: Record<string, number> = {}
let behaviour: Behaviour = {}
let held: Buffer[] = []
let polls = 0
let connections = 0
let resumed = 0

const files = JSON.parse(process.argv[2] ?? '{}') as ServerFiles
const server = createServer({
  ca: readFileSync(files.ca),
  cert: readFileSync(files.cert),
  key: readFileSync(files.key),
  requestCert: true,
  rejectUnauthorized: true,
})

// A TLS socket cannot be reset, the one beneath it can.
const raw = new Map<number | undefined, Socket>()
server.on('connection', (socket: Socket) => {
  raw.set(socket.remotePort, socket)
})

server.on('secureConnection', (socket) => {
  connections++
  if (socket.isSessionReused()) resumed++
  socket.setNoDelay(true)
  let buffered = Buffer.alloc(0)
  let chain = Promise.resolve()
  socket.on('error', () => undefined)
  if (behaviour.closeAtOnce === true) socket.destroy()
  socket.on('data', (chunk: Buffer) => {
    buffered = Buffer.concat([buffered, chunk])
    for (let length = lengthOf(buffered); buffered.length >= length; length = lengthOf(buffered)) {
      const request = Uint8Array.from(buffered.subarray(0, length))
      buffered = buffered.subarray(length)
      chain = chain.then(() => answer(socket, request))
    }
  })
})

function lengthOf(bytes: Buffer): number {
  return bytes.length < 8 ? 8 : 8 + bytes.readUInt32BE(4)
}

async function answer(socket: TLSSocket, bytes: Uint8Array): Promise<void> {
  const now = behaviour
  const request = decodeRequest(bytes, { findPayload: findOperation })
  for (const { operation } of request.items) counts[String(operation)] = (counts[String(operation)] ?? 0) + 1
  if (now.dropBeforeAnswer === true || now.resetBeforeAnswer === true) {
    engineAnswers(request)
    if (now.resetBeforeAnswer === true) raw.get(socket.remotePort)?.resetAndDestroy()
    else socket.destroy()
    return
  }
  if (now.silent === true) return
  const response = now.garbage === undefined ? respond(request, now) : Buffer.from(now.garbage, 'hex')
  if (now.delayMs !== undefined) await delay(now.delayMs)
  if (now.halfAnswer === true) {
    socket.write(response.subarray(0, response.length >> 1))
    if (now.thenClose === true) setTimeout(() => socket.destroy(), 20)
    return
  }
  await send(socket, response, now)
  if (now.thenClose === true) socket.end()
}

async function send(socket: TLSSocket, response: Buffer, now: Behaviour): Promise<void> {
  if (now.coalesce !== undefined) {
    held.push(response)
    if (held.length < now.coalesce) return
    socket.write(Buffer.concat(held))
    held = []
    return
  }
  const size = now.chunk ?? response.length
  for (let offset = 0; offset < response.length; offset += size) {
    await new Promise((resolve) => socket.write(response.subarray(offset, offset + size), resolve))
    if (now.chunk !== undefined) await delay(0)
  }
}

function respond(request: RequestMessage, now: Behaviour): Buffer {
  const { major, minor } = request.header.protocolVersion
  const asked = `${major}.${minor}`
  if (!versions(now).includes(asked)) return whole('InvalidMessage', '1.0')
  if (!accepts(request, now)) return whole('AuthenticationNotSuccessful', asked as Version)
  const version = (now.answerVersion ?? asked) as Version
  const items = now.pendingPolls === undefined ? engineAnswers(request) : pending(request, now.pendingPolls)
  return message(
    now.shiftItems === true ? items.map((item) => ({ ...item, operation: 'Hash' as const })) : items,
    version,
    now,
  )
}

function versions(now: Behaviour): readonly string[] {
  return now.versions ?? ['1.0', '1.1', '1.2', '1.3', '1.4', '2.0', '2.1']
}

function accepts({ header }: RequestMessage, { password }: Behaviour): boolean {
  if (password === undefined) return true
  const values = (header.authentication?.credentials ?? []).map((credential) => credential.credentialValue)
  return values.some((value) => !(value instanceof Uint8Array) && value.password === password)
}

function message(items: readonly ResponseItem[], version: Version, now: Behaviour): Buffer {
  const [major = 1, minor = 0] = version.split('.').map(Number)
  const header = { protocolVersion: { major, minor }, timeStamp: new Date(), batchCount: items.length }
  const bytes = Buffer.from(encodeResponse({ header, items }, version, find))
  return now.unknownTags === true ? withStrangers(bytes) : bytes
}

// A vendor's item at the end of the message.
function withStrangers(bytes: Buffer): Buffer {
  const stranger = encodeItem({ tag: 0x540001, type: 'TextString', value: 'extension' })
  const longer = Buffer.concat([bytes, stranger])
  longer.writeUInt32BE(longer.length - 8, 4)
  return longer
}

function whole(resultReason: NonNullable<ResponseItem['resultReason']>, version: Version): Buffer {
  return message([{ resultStatus: 'OperationFailed', resultReason, resultMessage: 'refused' }], version, {})
}

function pending(request: RequestMessage, wanted: number): ResponseItem[] {
  const [item] = request.items
  if (item?.operation === 'Cancel') {
    const payload = { ...(item.payload as object), cancellationResult: 'Canceled' }
    return [{ operation: 'Cancel', resultStatus: 'Success', payload }]
  }
  if (item?.operation === 'Poll' && ++polls > wanted) {
    const answers = engineAnswers(kept ?? request)
    return behaviour.pollSaysPoll === true ? answers.map((each) => ({ ...each, operation: 'Poll' as const })) : answers
  }
  if (item?.operation !== 'Poll') {
    polls = 0
    kept = request
  }
  return [
    { operation: item?.operation, resultStatus: 'OperationPending', asynchronousCorrelationValue: Uint8Array.of(7, 7) },
  ]
}

let kept: RequestMessage | undefined

// What answers a Poll is the payload of what was waited for, also where the item says Poll.
const find: typeof findOperation = (name) => findOperation(name === 'Poll' ? (kept?.items[0]?.operation ?? name) : name)

function engineAnswers(request: RequestMessage): ResponseItem[] {
  engine.begin()
  const answers: ResponseItem[] = []
  for (const { operation, uniqueBatchItemID, payload } of request.items) {
    const outcome = operation === 'DiscoverVersions' ? discover() : engine.perform(operation as OperationName, payload)
    const common = { operation, ...(uniqueBatchItemID !== undefined && { uniqueBatchItemID }) }
    if ('payload' in outcome) answers.push({ ...common, resultStatus: 'Success', payload: outcome.payload })
    else {
      answers.push({
        ...common,
        resultStatus: 'OperationFailed',
        resultReason: outcome.reason,
        resultMessage: 'refused: secret words',
      })
      if (request.header.batchErrorContinuationOption !== 'Continue') break
    }
  }
  return answers
}

function discover() {
  if (behaviour.noDiscover === true) return { reason: 'OperationNotSupported' as const }
  const protocolVersions = versions(behaviour)
    .toReversed()
    .map((version) => ({ major: Number(version[0]), minor: Number(version[2]) }))
  return { payload: { protocolVersions } }
}

process.on('message', (wanted: { id: number; behaviour?: Behaviour }) => {
  if (wanted.behaviour !== undefined) {
    behaviour = wanted.behaviour
    held = []
  }
  process.send?.({ id: wanted.id, counts, connections, resumed, tag: tagNumber('ResponseMessage') })
})

process.on('disconnect', () => process.exit())

server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 })
})
