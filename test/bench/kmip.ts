import { connect, createSecureContext, type TLSSocket } from 'node:tls'
import {
  type Client,
  decodeItem,
  decodeResponse,
  encodeItem,
  encodeRequest,
  encodeResponse,
  findOperation,
  openClient,
  type ResponseMessage,
} from 'kmip-client-ts'
import { startReplay } from '../services/kmip-replay.ts'
import { startKmipServer } from '../services/kmip-server.ts'
import { type PyKmip, pykmipInstalled, startPyKmip } from '../services/pykmip.ts'
import { type PythonRounds, startPythonRounds } from '../services/python-rounds.ts'

const id = '1'
const responseFor = (uniqueIdentifier: string): ResponseMessage => ({
  header: { protocolVersion: { major: 1, minor: 4 }, timeStamp: new Date(), batchCount: 1 },
  items: [
    {
      operation: 'Get',
      resultStatus: 'Success',
      payload: {
        objectType: 'SymmetricKey',
        uniqueIdentifier,
        symmetricKey: {
          keyBlock: {
            keyFormatType: 'Raw',
            keyValue: { keyMaterial: new Uint8Array(32).fill(7) },
            cryptographicAlgorithm: 'AES',
            cryptographicLength: 256,
          },
        },
      },
    },
  ],
})
const response = responseFor(id)
const responseBytes = Buffer.from(encodeResponse(response, '1.4', findOperation))

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0
}

function print(bench: string, figures: Readonly<Record<string, number>>): void {
  const rounded = Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(4))] as const)
  console.log(JSON.stringify({ bench, ...Object.fromEntries(rounded) }))
}

type Round = () => Promise<number> | number

/** Microseconds per turn. */
function rounds(turns: number, turn: () => unknown): Round {
  return () => {
    const start = performance.now()
    for (let count = 0; count < turns; count++) turn()
    return ((performance.now() - start) * 1000) / turns
  }
}

function asyncRounds(turns: number, turn: () => Promise<unknown>): Round {
  return async () => {
    const start = performance.now()
    for (let count = 0; count < turns; count++) await turn()
    return ((performance.now() - start) * 1000) / turns
  }
}

/** Medians of rounds that alternate; the first of each only warms up. */
async function interleave(count: number, ...all: Round[]): Promise<number[]> {
  const times: number[][] = all.map(() => [])
  for (let round = 0; round <= count; round++) {
    for (const [index, each] of all.entries()) {
      const time = await each()
      if (round > 0) times[index]?.push(time)
    }
  }
  return times.map(median)
}

const decode = () => decodeResponse(responseBytes, { findPayload: findOperation })
const encode = () => encodeResponse(response, '1.4', findOperation)

async function codec(): Promise<void> {
  const [decoded = 0, encoded = 0] = await interleave(15, rounds(20_000, decode), rounds(20_000, encode))
  print('kmip.decode_us', { value: decoded })
  print('kmip.encode_us', { value: encoded })
  if (!pykmipInstalled) return
  await against(
    'kmip.decode.pykmip',
    decode,
    `def turn(): m = messages.ResponseMessage(); m.read(utils.BytearrayStream(data), V)`,
  )
  await against(
    'kmip.encode.pykmip',
    encode,
    `message = messages.ResponseMessage(); message.read(utils.BytearrayStream(data), V)\ndef turn(): message.write(utils.BytearrayStream(), V)`,
  )
}

async function against(bench: string, ours: () => unknown, turn: string): Promise<void> {
  const setUp = `
from kmip.core import enums, utils
from kmip.core.messages import messages
V = enums.KMIPVersion.KMIP_1_4
data = bytes.fromhex('${responseBytes.toString('hex')}')
${turn}
`
  const python = await startPythonRounds(setUp, 500)
  const [mine = 1, theirs = 0] = await interleave(9, rounds(20_000, ours), () => python.round())
  await python.close()
  print(bench, { ours_us: mine, floor_us: theirs, ratio: theirs / mine })
}

/** Microseconds per KiB of a message with one byte string: the same for all sizes where time is linear. */
async function linearity(): Promise<void> {
  for (const kib of [16, 128, 1024]) {
    const bytes = encodeItem({
      tag: 0x420078,
      type: 'Structure',
      value: [{ tag: 0x420043, type: 'ByteString', value: new Uint8Array(kib * 1024) }],
    })
    const [time = 0] = await interleave(
      9,
      rounds(50, () => decodeItem(bytes)),
    )
    print(`kmip.decode.${kib}k_us`, { value: time, per_kib_us: time / kib })
  }
}

/** One connection that sends bytes and waits for as many as the answer has. */
async function rawConnection(
  { port, tls }: Target,
  answerLength: number,
  uniqueIdentifier: string,
): Promise<{ turn(): Promise<void>; socket: TLSSocket }> {
  const socket = connect({ host: '127.0.0.1', port, secureContext: createSecureContext(tls) })
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
  socket.setNoDelay(true)
  let missing = 0
  let done: (() => void) | undefined
  socket.on('data', (chunk: Buffer) => {
    missing -= chunk.length
    if (missing === 0) done?.()
  })
  const request = Buffer.from(
    encodeRequest(
      {
        header: { protocolVersion: { major: 1, minor: 4 }, maximumResponseSize: 1 << 24, batchCount: 1 },
        items: [{ operation: 'Get', payload: { uniqueIdentifier } }],
      },
      '1.4',
      findOperation,
    ),
  )
  const turn = () =>
    new Promise<void>((resolve) => {
      missing = answerLength
      done = resolve
      socket.write(request)
    })
  return { turn, socket }
}

async function parallel(callers: number, turns: number, turn: (caller: number) => Promise<unknown>): Promise<number> {
  const start = performance.now()
  const caller = async (index: number) => {
    for (let count = 0; count < turns; count++) await turn(index)
  }
  await Promise.all(Array.from({ length: callers }, (_, index) => caller(index)))
  return ((performance.now() - start) * 1000) / (callers * turns)
}

interface Target {
  readonly port: number
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string }
}

/** Client and raw bytes over the same server: what the client adds to a get. */
async function replays(prefix: string, target: Target, answerLength: number, uniqueIdentifier: string): Promise<void> {
  const client = await openClient({
    host: '127.0.0.1',
    port: target.port,
    tls: target.tls,
    version: '1.4',
    pool: { max: 16 },
  })
  const get = () => client.request('Get', { uniqueIdentifier })
  const connections = await Promise.all(
    Array.from({ length: 16 }, () => rawConnection(target, answerLength, uniqueIdentifier)),
  )
  const raw = (caller: number) => connections[caller]?.turn() ?? Promise.resolve()
  const [ours = 1, floor = 1] = await interleave(
    15,
    asyncRounds(500, get),
    asyncRounds(500, () => raw(0)),
  )
  print(`${prefix}.replay`, { ours_us: ours, floor_us: floor, ratio: ours / floor })
  const [oursMany = 1, floorMany = 1] = await interleave(
    15,
    () => parallel(16, 100, get),
    () => parallel(16, 100, raw),
  )
  print(`${prefix}.parallel`, { ours_us: oursMany, floor_us: floorMany, ratio: floorMany / oursMany })
  for (const { socket } of connections) socket.destroy()
  await client.close()
}

/** Over our own server; and over one that does nothing but send the same bytes, which shows the client's share at its worst. */
async function overOwnServer(): Promise<void> {
  const server = await startKmipServer()
  const client = await openClient({ host: '127.0.0.1', port: server.port, tls: server.tls, version: '1.4' })
  const uniqueIdentifier = await newKey(client)
  await client.close()
  const length = encodeResponse(responseFor(uniqueIdentifier), '1.4', findOperation).length
  await replays('kmip.get', server, length, uniqueIdentifier)
  await server.close()
  const constant = await startReplay(responseBytes)
  await replays('kmip.get.constant', constant, responseBytes.length, id)
  await constant.close()
}

async function realServer(): Promise<void> {
  const server = await startPyKmip()
  const options = { host: '127.0.0.1', port: server.port, tls: server.tls, version: '1.4' } as const
  const client = await openClient(options)
  const uniqueIdentifier = await newKey(client)
  const get = () => client.request('Get', { uniqueIdentifier })
  const theirs = await keptPythonClient(server, uniqueIdentifier)
  const [ours = 1, floor = 1] = await interleave(15, asyncRounds(50, get), () => theirs.round())
  print('kmip.get.pykmip', { ours_us: ours, floor_us: floor, ratio: ours / floor })
  await theirs.close()
  const reconnecting = async () => {
    const once = await openClient(options)
    await once.request('Get', { uniqueIdentifier })
    await once.close()
  }
  const [kept = 1, each = 1] = await interleave(9, asyncRounds(30, get), asyncRounds(30, reconnecting))
  print('kmip.get.reconnect', { ours_us: kept, floor_us: each, ratio: each / kept })
  await client.close()
  await server.close()
}

async function newKey(client: Client): Promise<string> {
  const attributes = { cryptographicAlgorithm: 'AES', cryptographicLength: 256, cryptographicUsageMask: 12 } as const
  return (await client.request('Create', { objectType: 'SymmetricKey', attributes })).uniqueIdentifier
}

async function keptPythonClient(server: PyKmip, uniqueIdentifier: string): Promise<PythonRounds> {
  const { ca, client } = server.certificates
  const setUp = `
import os
from kmip.pie.client import ProxyKmipClient
from kmip.core import enums
c = ProxyKmipClient(hostname='127.0.0.1', port=${server.port}, cert=os.environ['KMIP_CERT'], key=os.environ['KMIP_KEY'], ca=os.environ['KMIP_CA'], ssl_version='PROTOCOL_TLSv1_2', kmip_version=enums.KMIPVersion.KMIP_1_4)
c.open()
def turn(): c.get('${uniqueIdentifier}')
`
  return startPythonRounds(setUp, 50, { KMIP_CA: ca, KMIP_CERT: client.cert, KMIP_KEY: client.key })
}

await codec()
await linearity()
await overOwnServer()
if (pykmipInstalled) await realServer()
