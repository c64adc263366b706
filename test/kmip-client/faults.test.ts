import { createServer } from 'node:net'
import { type Client, type ClientOptions, KmipError, openClient } from 'kmip-client-ts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Behaviour, type KmipServer, startKmipServer } from '../services/kmip-server.ts'

let server: KmipServer
let client: Client

beforeAll(async () => {
  server = await startKmipServer()
})

afterAll(async () => {
  await server.close()
})

afterEach(async () => {
  await server.behave({})
  await client.close({ timeoutMs: 0 })
})

async function open(options: Partial<ClientOptions> = {}): Promise<void> {
  await server.behave({})
  client = await openClient({
    host: '127.0.0.1',
    port: server.port,
    tls: server.tls,
    version: '1.4',
    timeoutMs: 2000,
    ...options,
  })
  await query()
}

const query = (options = {}) => client.request('Query', { queryFunctions: ['QueryOperations'] }, options)
const attributes = { cryptographicAlgorithm: 'AES', cryptographicLength: 256, cryptographicUsageMask: 12 } as const
const create = (options = {}) => client.request('Create', { objectType: 'SymmetricKey', attributes }, options)
const code = (wanted: string) => expect.objectContaining({ code: wanted })

async function creates(): Promise<number> {
  return (await server.counted()).counts['Create'] ?? 0
}

const lost: readonly [string, Behaviour][] = [
  ['closed', { dropBeforeAnswer: true }],
  ['reset', { resetBeforeAnswer: true }],
  ['closed in the middle of the answer', { halfAnswer: true, thenClose: true }],
]

describe.each(lost)('a connection that is %s', (_, behaviour) => {
  it('leaves a create indeterminate, and it is not sent twice', async () => {
    await open()
    const before = await creates()
    await server.behave(behaviour)
    await expect(create()).rejects.toThrow(code('indeterminate'))
    expect(await creates()).toBe(before + 1)
  })

  it('makes a query be asked again, and unavailable in the end', async () => {
    await open()
    const before = (await server.counted()).counts['Query'] ?? 0
    await server.behave(behaviour)
    await expect(query()).rejects.toThrow(code('unavailable'))
    expect((await server.counted()).counts['Query']).toBe(before + 3)
    await server.behave({})
    await expect(query()).resolves.toMatchObject({ operations: ['Query', 'Get'] })
  })
})

describe('a server that does not answer', () => {
  it.each([{ silent: true }, { halfAnswer: true }])('is given up at the deadline: %o', async (behaviour) => {
    await open()
    await server.behave(behaviour)
    await expect(query({ timeoutMs: 100 })).rejects.toThrow(code('timeout'))
    await expect(create({ timeoutMs: 100 })).rejects.toThrow(code('indeterminate'))
    await server.behave({})
    await expect(create()).resolves.toMatchObject({ objectType: 'SymmetricKey' })
  })

  it('never gives its late answer to somebody else', async () => {
    await open({ pool: { max: 1 } })
    const { uniqueIdentifier: first } = await create()
    const { uniqueIdentifier: second } = await create()
    await server.behave({ delayMs: 150 })
    const late = client.request('Get', { uniqueIdentifier: first }, { timeoutMs: 50 })
    await expect(late).rejects.toThrow(code('timeout'))
    await expect(client.request('Get', { uniqueIdentifier: second })).resolves.toMatchObject({
      uniqueIdentifier: second,
    })
  })

  it('costs those who wait behind it on a shared connection nothing that they cannot repeat', async () => {
    await open({ pool: { max: 1, pipelining: 4 } })
    await server.behave({ delayMs: 100 })
    const slow = query({ timeoutMs: 50 })
    const behind = query()
    await expect(slow).rejects.toThrow(code('timeout'))
    await expect(behind).resolves.toMatchObject({ operations: ['Query', 'Get'] })
  })
})

describe('an abort', () => {
  it('before sending changes nothing', async () => {
    await open()
    const before = await creates()
    await expect(create({ signal: AbortSignal.abort() })).rejects.toThrow(code('aborted'))
    expect(await creates()).toBe(before)
  })

  it('while waiting is aborted for what may be repeated, indeterminate for what may not', async () => {
    await open()
    await server.behave({ silent: true })
    const [read, made] = [new AbortController(), new AbortController()]
    const reading = query({ signal: read.signal })
    const making = create({ signal: made.signal })
    setTimeout(() => read.abort(), 30)
    setTimeout(() => made.abort(), 40)
    await expect(reading).rejects.toThrow(code('aborted'))
    await expect(making).rejects.toThrow(code('indeterminate'))
  })

  it('while waiting for a connection leaves the queue in order', async () => {
    await open({ pool: { max: 1 } })
    await server.behave({ delayMs: 60 })
    const controller = new AbortController()
    const [first, second, third] = [query(), query({ signal: controller.signal }), query()]
    setTimeout(() => controller.abort(), 20)
    await expect(second).rejects.toThrow(code('aborted'))
    await expect(Promise.all([first, third])).resolves.toHaveLength(2)
  })
})

describe('an answer that is none', () => {
  const garbage = [
    'ff'.repeat(16),
    Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n').toString('hex'),
    `42007b0100000008${'00'.repeat(8)}`,
  ]

  it.each(garbage)('breaks the connection, and only that: %s', async (bytes) => {
    await open()
    await server.behave({ garbage: bytes })
    await expect(query()).rejects.toThrow(code('malformed'))
    await expect(create()).rejects.toThrow(code('indeterminate'))
    await server.behave({})
    await expect(query()).resolves.toMatchObject({ operations: ['Query', 'Get'] })
  })

  it('to a question of another is not believed', async () => {
    await open()
    await server.behave({ shiftItems: true })
    await expect(query()).rejects.toThrow(code('malformed'))
  })

  it('larger than allowed is not read', async () => {
    await open({ limits: { bytes: 4096 } })
    await server.behave({ garbage: '42007b0100002000' })
    await expect(query()).rejects.toThrow(code('too_large'))
  })
})

describe('connections', () => {
  it('that the server has closed while idle are not used', async () => {
    await open()
    await server.behave({ thenClose: true })
    for (let count = 0; count < 5; count++) {
      await create()
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  })

  it('are closed when idle, and opened again', async () => {
    await open({ pool: { idleMs: 30 } })
    const { connections: before } = await server.counted()
    await new Promise((resolve) => setTimeout(resolve, 80))
    await query()
    await query()
    expect((await server.counted()).connections).toBe(before + 1)
  })

  it('are no more than allowed, whatever the load', async () => {
    await open({ pool: { max: 3 } })
    const { connections: before } = await server.counted()
    await Promise.all(Array.from({ length: 40 }, () => query()))
    expect((await server.counted()).connections).toBeLessThanOrEqual(before + 2)
  })

  it('go to the next host where one does not answer', async () => {
    const closed = await deafPort()
    await open({ host: [`127.0.0.1:${closed.port}`, `127.0.0.1:${server.port}`] })
    await expect(query()).resolves.toMatchObject({ operations: ['Query', 'Get'] })
  })

  it('to hosts that are all down are unavailable, with a reason for each', async () => {
    await open()
    const closed = await deafPort()
    const host = [`127.0.0.1:${closed.port}`, `localhost:${closed.port}`]
    const error: unknown = await openClient({ host, tls: server.tls }).catch((thrown: unknown) => thrown)
    expect(KmipError.is(error, 'unavailable')).toBe(true)
    expect(String(error)).toMatch(/127\.0\.0\.1:\d+ cannot connect: ECONNREFUSED; localhost:\d+ cannot connect/)
  })

  it('to a peer that accepts and says nothing are given up in time', async () => {
    await open()
    const silent = await deafPort(true)
    const opened = openClient({ host: `127.0.0.1:${silent.port}`, tls: server.tls, pool: { connectTimeoutMs: 100 } })
    await expect(opened).rejects.toThrow(code('unavailable'))
    silent.stop()
  })

  it('end with the requests under way when the client is closed, and those that come later are refused', async () => {
    await open()
    await server.behave({ delayMs: 50 })
    const pending = query()
    await new Promise((resolve) => setTimeout(resolve, 10))
    await client.close()
    await expect(pending).resolves.toMatchObject({ operations: ['Query', 'Get'] })
    await expect(query()).rejects.toThrow(code('closed'))
  })
})

async function deafPort(accepts = false): Promise<{ port: number; stop(): void }> {
  const listener = createServer()
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve))
  const address = listener.address()
  if (!accepts) await new Promise((resolve) => listener.close(resolve))
  return { port: typeof address === 'object' && address !== null ? address.port : 0, stop: () => void listener.close() }
}
