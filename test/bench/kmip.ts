import { type Client, openClient } from 'kmip-client-ts'
import { startReplay } from '../services/kmip-replay.ts'
import { startKmipServer } from '../services/kmip-server.ts'
import { type PyKmip, pykmipInstalled, startPyKmip } from '../services/pykmip.ts'
import { type PythonRounds, startPythonRounds } from '../services/python-rounds.ts'
import { codec, codecAgainstPyKmip, largeMessage, responseBytes } from './kmip/codec.ts'
import { openRaw, type Target } from './kmip/raw.ts'
import { atMost, figure, ofItsThroughput, timesFaster, timesItsTime } from './support/figure.ts'
import { compare, inParallel, oneAfterAnother } from './support/rounds.ts'

/** What the codec and the client cost, and what they add to the bytes that they send. */
export const figures = {
  decode: figure('kmip.decode_us', {
    what: 'decodes the answer to a Get of an AES-256 key',
    goal: atMost(5, 'µs'),
  }),
  encode: figure('kmip.encode_us', {
    what: 'encodes the answer to a Get of an AES-256 key',
    goal: atMost(5, 'µs'),
  }),
  large: figure('kmip.decode.1mib_ms', {
    what: 'decodes a message with a byte string of 1 MiB',
    goal: atMost(2, 'ms'),
    unit: 'ms',
  }),
  decodePyKmip: figure('kmip.decode.pykmip', {
    what: 'decodes the answer to a Get of an AES-256 key',
    floor: 'PyKMIP decodes the same bytes',
    goal: timesFaster(20),
  }),
  encodePyKmip: figure('kmip.encode.pykmip', {
    what: 'encodes the answer to a Get of an AES-256 key',
    floor: 'PyKMIP encodes the same message',
    goal: timesFaster(10),
  }),
  getReplay: figure('kmip.get.replay', {
    what: 'the client’s Get over a kept TLS connection to a server in another process, for one caller',
    floor:
      'sends the bytes of that Get to the same server over a kept TLS connection, and counts the bytes of the answer',
    goal: timesItsTime(1.5),
  }),
  getParallel: figure('kmip.get.parallel', {
    what: 'the same for 16 callers at once, over at most 16 connections',
    floor: 'the same bytes over 16 connections at once',
    goal: ofItsThroughput(0.7),
  }),
  getConstant: figure('kmip.get.constant', {
    what: 'the client’s Get from a server that sends the same bytes whatever it is asked: its share where a server costs nothing',
    floor: 'the same bytes, as for `kmip.get.replay`',
    goal: timesItsTime(),
  }),
  getPyKmip: figure('kmip.get.pykmip', {
    what: 'the client’s Get from PyKMIP’s server over a kept connection',
    floor: 'PyKMIP’s client, over a kept connection to the same server',
    goal: timesItsTime(1),
  }),
  getReconnect: figure('kmip.get.reconnect', {
    what: 'the client’s Get from PyKMIP’s server over a kept connection',
    floor: 'the client, opened and closed for each Get',
    goal: timesFaster(2),
  }),
}

export async function run(): Promise<void> {
  if (!pykmipInstalled) throw new Error('PyKMIP is missing: apt-get install python3-pykmip')
  await codec(figures)
  await largeMessage(figures.large)
  await codecAgainstPyKmip(figures)
  await overOwnServer()
  await overConstantServer()
  await overPyKmip()
}

async function overOwnServer(): Promise<void> {
  const server = await startKmipServer()
  const client = await open(server)
  try {
    await replays(server, client, await newKey(client))
  } finally {
    await client.close()
    await server.close()
  }
}

async function overConstantServer(): Promise<void> {
  const server = await startReplay(responseBytes)
  const client = await open(server)
  const raw = await openRaw(server, '1')
  try {
    const ours = oneAfterAnother(() => client.request('Get', { uniqueIdentifier: '1' }))
    await compare(figures.getConstant, { ours, floor: oneAfterAnother(raw.turn), count: 2_000 })
  } finally {
    raw.close()
    await client.close()
    await server.close()
  }
}

async function replays(server: Target, client: Client, uniqueIdentifier: string): Promise<void> {
  const connections = await Promise.all(Array.from({ length: 16 }, () => openRaw(server, uniqueIdentifier)))
  const get = () => client.request('Get', { uniqueIdentifier })
  const raw = (_: number, caller = 0) => connections[caller]?.turn() ?? Promise.reject(new Error('no connection'))
  const alone = { ours: oneAfterAnother(get), floor: oneAfterAnother(raw), count: 2_000, warmUp: 2_000 }
  await compare(figures.getReplay, alone)
  const together = { ours: inParallel(16, get), floor: inParallel(16, raw), count: 3_200, warmUp: 3_200 }
  await compare(figures.getParallel, together)
  for (const connection of connections) connection.close()
}

async function overPyKmip(): Promise<void> {
  const server = await startPyKmip()
  const client = await open(server)
  try {
    const uniqueIdentifier = await newKey(client)
    await againstPyKmip(server, client, uniqueIdentifier)
    await againstReconnecting(server, client, uniqueIdentifier)
  } finally {
    await client.close()
    await server.close()
  }
}

async function againstPyKmip(server: PyKmip, client: Client, uniqueIdentifier: string): Promise<void> {
  const theirs = await keptPythonClient(server, uniqueIdentifier)
  const ours = oneAfterAnother(() => client.request('Get', { uniqueIdentifier }))
  const floor = async (count: number) => ({ wall: await theirs.round(count) })
  await compare(figures.getPyKmip, { ours, floor, count: 50 })
  await theirs.close()
}

async function againstReconnecting(server: Target, client: Client, uniqueIdentifier: string): Promise<void> {
  const floor = oneAfterAnother(async () => {
    const once = await open(server)
    await once.request('Get', { uniqueIdentifier })
    await once.close()
  })
  const ours = oneAfterAnother(() => client.request('Get', { uniqueIdentifier }))
  await compare(figures.getReconnect, { ours, floor, count: 30, rounds: 9 })
}

function open({ port, tls }: Target): Promise<Client> {
  return openClient({ host: '127.0.0.1', port, tls, version: '1.4', pool: { max: 16 } })
}

async function newKey(client: Client): Promise<string> {
  const attributes = { cryptographicAlgorithm: 'AES', cryptographicLength: 256, cryptographicUsageMask: 12 } as const
  return (await client.request('Create', { objectType: 'SymmetricKey', attributes })).uniqueIdentifier
}

function keptPythonClient(server: PyKmip, uniqueIdentifier: string): Promise<PythonRounds> {
  const { ca, client } = server.certificates
  const setUp = `
import os
from kmip.pie.client import ProxyKmipClient
from kmip.core import enums
c = ProxyKmipClient(hostname='127.0.0.1', port=${server.port}, cert=os.environ['KMIP_CERT'], key=os.environ['KMIP_KEY'], ca=os.environ['KMIP_CA'], ssl_version='PROTOCOL_TLSv1_2', kmip_version=enums.KMIPVersion.KMIP_1_4)
c.open()
def turn(): c.get('${uniqueIdentifier}')
`
  return startPythonRounds(setUp, { KMIP_CA: ca, KMIP_CERT: client.cert, KMIP_KEY: client.key })
}
