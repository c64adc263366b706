// Ours, castellan and node:http against one stub, in turns. `….castellan` is castellan's time by ours, or for the CPU ours by
// castellan's; `….http` is ours by node:http's.
import { type ChildProcess, fork, spawn } from 'node:child_process'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { BarbicanDriver } from '@chatelaine/barbican'
import { type Context, KeyManager, keystoneTokenCredentials, symmetricKey } from '@chatelaine/core'

const stubFile = fileURLToPath(new URL('./barbican/stub.ts', import.meta.url))
const castellanFile = fileURLToPath(new URL('./barbican/castellan_worker.py', import.meta.url))
const rounds = 9
const count = 480

/** Seconds for a number of operations, and of them on a CPU. */
interface Cost {
  readonly wall: number
  readonly cpu: number
}
type Operation = 'store' | 'get' | 'delete'
type Contender = (operation: Operation, callers: number) => Promise<Cost>

async function main(): Promise<void> {
  const stub = fork(stubFile)
  const [{ address }] = (await once(stub, 'message')) as [{ address: AddressInfo }]
  const endpoint = `http://127.0.0.1:${address.port}`
  const options = { barbican_endpoint: endpoint, key_manager: { auth_type: 'noauth', project_id: 'bench' } }
  const keys = await KeyManager.open(BarbicanDriver, options)
  const castellan = spawn('/usr/bin/python3', [castellanFile, `${endpoint}/`], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONWARNINGS: 'ignore' },
  })
  try {
    await compare(await ours(keys), await castellanIn(castellan), plainHttp(endpoint))
    await countRequests(keys, stub, endpoint)
  } finally {
    await keys.close()
    castellan.kill()
    stub.kill()
  }
}

async function compare(ours: Contender, castellan: Contender, http: Contender): Promise<void> {
  const throughput = { store: 1.8, get: 2, delete: 2 }
  for (const operation of ['store', 'get', 'delete'] as const) {
    const [mine, theirs, floor] = await inTurns(operation, 1, [ours, castellan, http])
    const least = { at_least: throughput[operation] }
    print(`barbican.${operation}.castellan`, mine.wall, theirs.wall, theirs.wall / mine.wall, least)
    print(`barbican.${operation}.http`, mine.wall, floor.wall, mine.wall / floor.wall, { at_most: 3 })
    print('barbican.cpu.castellan', mine.cpu, theirs.cpu, mine.cpu / theirs.cpu, { operation, at_most: 0.6 })
  }
  for (const operation of ['store', 'get', 'delete'] as const) {
    const [mine, theirs] = await inTurns(operation, 16, [ours, castellan])
    const ratio = theirs.wall / mine.wall
    print('barbican.parallel.castellan', mine.wall, theirs.wall, ratio, { operation, callers: 16, at_least: 2.5 })
  }
}

async function inTurns(operation: Operation, callers: number, contenders: readonly Contender[]) {
  // Two rounds to warm up: the compilers of both sides get through with it.
  for (const contender of [...contenders, ...contenders]) await contender(operation, callers)
  const results: Cost[][] = contenders.map(() => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, contender] of contenders.entries()) results[index]?.push(await contender(operation, callers))
  }
  const medians = results.map((costs) => ({
    wall: median(costs.map((cost) => cost.wall)),
    cpu: median(costs.map((cost) => cost.cpu)),
  }))
  return medians as [Cost, Cost, Cost]
}

async function ours(keys: KeyManager): Promise<Contender> {
  const object = symmetricKey(new Uint8Array(32).fill(0xa5), { name: 'bench' })
  const id = await keys.store({}, object)
  return measured({
    store: () => keys.store({}, object),
    get: async () => (await keys.get({}, id)).value.reveal(),
    // As castellan's: whether there are consumers is not asked.
    delete: () => keys.delete({}, id, { force: true }),
  })
}

function plainHttp(endpoint: string): Contender {
  const agent = new Agent({ keepAlive: true, scheduling: 'lifo' })
  const { port } = new URL(endpoint)
  const send = (method: string, path: string, accept: string, body?: string) =>
    new Promise<Buffer>((resolve, reject) => {
      const headers = {
        Accept: accept,
        'X-Project-Id': 'bench',
        ...(body !== undefined && { 'Content-Type': 'application/json', 'Content-Length': body.length }),
      }
      const outgoing = request({ host: '127.0.0.1', port, method, path, headers, agent }, (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () => resolve(Buffer.concat(chunks)))
      })
      outgoing.on('error', reject)
      outgoing.end(body)
    })
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
  return measured({
    store: async () => JSON.parse((await send('POST', '/v1/secrets', 'application/json', body)).toString()),
    async get() {
      const [metadata, payload] = await Promise.all([
        send('GET', secret, 'application/json'),
        send('GET', `${secret}/payload`, 'application/octet-stream'),
      ])
      return [JSON.parse(metadata.toString()), payload]
    },
    delete: () => send('DELETE', secret, 'application/json'),
  })
}

function measured(work: Readonly<Record<Operation, () => Promise<unknown>>>): Contender {
  return async (operation, callers) => {
    const cpu = process.cpuUsage()
    const start = performance.now()
    const caller = async () => {
      for (let done = 0; done < count / callers; done += 1) await work[operation]()
    }
    await Promise.all(Array.from({ length: callers }, caller))
    const wall = (performance.now() - start) / 1000
    const used = process.cpuUsage(cpu)
    return { wall, cpu: (used.user + used.system) / 1e6 }
  }
}

async function castellanIn(worker: ChildProcess): Promise<Contender> {
  if (!worker.stdout) throw new Error('castellan has no output')
  const lines = createInterface({ input: worker.stdout })[Symbol.asyncIterator]()
  await lines.next()
  return async (operation, callers) => {
    worker.stdin?.write(`${operation} ${count} ${callers}\n`)
    const { value } = (await lines.next()) as { value: string }
    const [wall = 0, cpu = 0] = JSON.parse(value) as number[]
    return { wall, cpu }
  }
}

async function countRequests(keys: KeyManager, stub: ChildProcess, endpoint: string): Promise<void> {
  const total = async () => {
    stub.send('count')
    const [{ requests }] = (await once(stub, 'message')) as [{ requests: number }]
    return requests
  }
  const during = async (work: () => Promise<unknown>) => {
    const before = await total()
    await work()
    return (await total()) - before
  }
  const object = symmetricKey(new Uint8Array(32))
  const id = await keys.store({}, object)
  const tokens = await KeyManager.open(BarbicanDriver, { barbican_endpoint: endpoint })
  await tokens.describe(newContext(), id)
  const counts = {
    store: await during(() => keys.store({}, object)),
    get: await during(() => keys.get({}, id)),
    describe: await during(() => keys.describe({}, id)),
    delete: await during(() => keys.delete({}, id, { force: true })),
    delete_checked: await during(() => keys.delete({}, id)),
    list_of_250: await during(async () => {
      for await (const { id } of keys.list({})) if (id === '') throw new Error('no id')
    }),
    new_context: (await during(() => tokens.describe(newContext(), id))) - 1,
  }
  await tokens.close()
  console.log(JSON.stringify({ bench: 'barbican.requests', ...counts }))
}

function newContext(): Context {
  return { credentials: keystoneTokenCredentials('a-token') }
}

function print(bench: string, ours: number, floor: number, ratio: number, more: object): void {
  const rounded = Math.round(ratio * 100) / 100
  console.log(
    JSON.stringify({ bench, ours_us: microseconds(ours), floor_us: microseconds(floor), ratio: rounded, ...more }),
  )
}

function microseconds(seconds: number): number {
  return Math.round((seconds / count) * 1e7) / 10
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
}

await main()
