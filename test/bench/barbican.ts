import { fork } from 'node:child_process'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { BarbicanDriver } from '@chatelaine/barbican'
import { KeyManager, symmetricKey } from '@chatelaine/core'
import { type Castellan, startCastellan } from './barbican/castellan.ts'
import { plainHttp } from './barbican/http.ts'
import { type Operation, operations } from './barbican/operations.ts'
import { type Figure, figure, ofItsCpuTime, timesFaster, timesItsTime } from './support/figure.ts'
import { report } from './support/report.ts'
import { cpu, inParallel, interleave, oneAfterAnother, wall } from './support/rounds.ts'

type Kind = 'castellan' | 'http' | 'cpu' | 'parallel'

const own = {
  store: figuresOf('store', 1.8),
  get: figuresOf('get', 2),
  delete: figuresOf('delete', 2),
}

/** What the backend costs, against a stub in another process that answers with canned bytes. */
export const figures = Object.fromEntries(
  Object.values(own).flatMap((kinds) => Object.values(kinds).map((each) => [each.name, each] as const)),
)

// As castellan's delete, ours does not ask whether there are consumers.
function figuresOf(operation: Operation, goal: number): Readonly<Record<Kind, Figure>> {
  const what = `\`${operation}\`${operation === 'delete' ? ' with `force`' : ''} of an AES-256 key`
  return {
    castellan: figure(`barbican.${operation}.castellan`, {
      what: `${what} for one caller`,
      floor: 'Debian’s castellan, for one caller',
      goal: timesFaster(goal),
    }),
    http: figure(`barbican.${operation}.http`, {
      what: `${what} for one caller`,
      floor: 'node:http sends the same requests over kept connections, those of a `get` at once',
      goal: timesItsTime(3),
    }),
    cpu: figure(`barbican.${operation}.cpu`, {
      what: `${what} for one caller, in CPU time of the process`,
      floor: 'Debian’s castellan, in CPU time of its process',
      goal: ofItsCpuTime(0.6),
    }),
    parallel: figure(`barbican.${operation}.parallel`, {
      what: `${what} for 16 callers at once`,
      floor: 'Debian’s castellan, for 16 threads at once',
      goal: timesFaster(2.5),
    }),
  }
}

export async function run(): Promise<void> {
  const stub = fork(fileURLToPath(new URL('./barbican/stub.ts', import.meta.url)))
  const [{ address }] = (await once(stub, 'message')) as [{ address: AddressInfo }]
  const endpoint = `http://127.0.0.1:${address.port}`
  const options = { barbican_endpoint: endpoint, key_manager: { auth_type: 'noauth', project_id: 'bench' } }
  const keys = await KeyManager.open(BarbicanDriver, options)
  const castellan = await startCastellan(endpoint)
  try {
    const ours = await workOf(keys)
    const http = plainHttp(address.port)
    for (const operation of operations) await alone(operation, ours[operation], http[operation], castellan)
    for (const operation of operations) await together(operation, ours[operation], castellan)
  } finally {
    await keys.close()
    castellan.close()
    stub.kill()
  }
}

async function workOf(keys: KeyManager): Promise<Readonly<Record<Operation, () => Promise<unknown>>>> {
  const object = symmetricKey(new Uint8Array(32).fill(0xa5), { name: 'bench' })
  const id = await keys.store({}, object)
  return {
    store: () => keys.store({}, object),
    get: async () => (await keys.get({}, id)).value.reveal(),
    delete: () => keys.delete({}, id, { force: true }),
  }
}

type Work = () => Promise<unknown>

async function alone(operation: Operation, ours: Work, http: Work, castellan: Castellan): Promise<void> {
  const sides = {
    ours: oneAfterAnother(ours),
    http: oneAfterAnother(http),
    castellan: (count: number) => castellan.work(operation, count, 1),
  }
  const costs = await interleave(sides, { count: 320, rounds: 12, warmUp: 640 })
  report(own[operation].castellan, wall(costs.ours), wall(costs.castellan))
  report(own[operation].http, wall(costs.ours), wall(costs.http))
  report(own[operation].cpu, cpu(costs.ours), cpu(costs.castellan))
}

async function together(operation: Operation, ours: Work, castellan: Castellan): Promise<void> {
  const sides = {
    ours: inParallel(16, ours),
    castellan: (count: number) => castellan.work(operation, count, 16),
  }
  const costs = await interleave(sides, { count: 320, rounds: 10, warmUp: 320 })
  report(own[operation].parallel, wall(costs.ours), wall(costs.castellan))
}
