import { setTimeout as delay } from 'node:timers/promises'
import { MemoryDriver } from '@chatelaine/conformance/memory'
import {
  type Context,
  type Driver,
  KeyManager,
  KeyManagerError,
  keystonePasswordCredentials,
  passphrase,
  symmetricKey,
  tokenCredentials,
  uuidv7,
  uuidv7Date,
} from '@chatelaine/core'
import { expect, it } from 'vitest'

const demo: Context = { projectId: 'demo' }

async function codeOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => 'none',
    (error: unknown) => (KeyManagerError.is(error) ? error.code : error),
  )
}

function changed(change: Partial<Driver>): KeyManager {
  const driver = new MemoryDriver()
  return new KeyManager(
    new Proxy<Driver>(driver, {
      get(target, property) {
        const member: unknown = Reflect.get(property in change ? change : target, property)
        return typeof member === 'function' ? member.bind(target) : member
      },
    }),
  )
}

it('open names every option that is wrong', async () => {
  const error: unknown = await KeyManager.open(MemoryDriver, { project: 'x', project_id: 7 }).catch(
    (thrown: unknown) => thrown,
  )
  expect(error).toMatchObject({ code: 'invalid_argument' })
  expect(String(error)).toMatch(/project_id/)
  expect(String(error)).toMatch(/"project"/)
})

const wrongCalls: readonly (readonly [string, (keys: KeyManager) => Promise<unknown>])[] = [
  ['no context', (keys) => keys.store(undefined as never, passphrase('x'))],
  ['a project that is no string', (keys) => keys.store({ projectId: 7 } as never, passphrase('x'))],
  ['an empty project', (keys) => keys.store({ projectId: '' }, passphrase('x'))],
  ['no object', (keys) => keys.store(demo, undefined as never)],
  ['an unknown kind', (keys) => keys.store(demo, { ...passphrase('x'), kind: 'secret' } as never)],
  ['a value that is no SecretBytes', (keys) => keys.store(demo, { kind: 'opaque', value: new Uint8Array(1) } as never)],
  ['a key without algorithm', (keys) => keys.store(demo, { kind: 'symmetric', value: passphrase('x').value })],
  [
    'a bit length that does not fit',
    (keys) => keys.store(demo, { ...symmetricKey(new Uint8Array(16)), bitLength: 256 }),
  ],
  ['an expiration that is no date', (keys) => keys.store(demo, passphrase('x', { expiration: new Date('never') }))],
  ['an id that is no string', (keys) => keys.get(demo, 7 as never)],
  ['a limit of zero', async (keys) => keys.list(demo, { limit: 0 }).next()],
  ['a timeout that is no number', (keys) => keys.get(demo, 'x', { timeoutMs: Number.NaN })],
  [
    'a consumer without service',
    (keys) => keys.addConsumer(demo, 'x', { resourceType: 'a', resourceId: 'b' } as never),
  ],
  ['wrapped bytes that are none', (keys) => keys.unwrap(demo, 'x', { mechanism: 'AES-KWP' } as never)],
]

for (const [title, call] of wrongCalls) {
  it(`${title} is invalid_argument`, async () => {
    expect(await codeOf(call(new KeyManager(new MemoryDriver())))).toBe('invalid_argument')
  })
}

it('credentials that a backend has no use for are refused, and not shown', async () => {
  const keys = new KeyManager(new MemoryDriver())
  for (const credentials of [tokenCredentials('marker'), keystonePasswordCredentials('marker', { userId: 'u' })]) {
    const error: unknown = await keys
      .store({ ...demo, credentials }, passphrase('x'))
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'unsupported' })
    expect(String(error) + JSON.stringify({ credentials })).not.toContain('marker')
  }
})

it('an error that a driver does not classify is unknown, with the operation and the id', async () => {
  const keys = changed({ get: () => Promise.reject(new Error('secret detail')) })
  const error: unknown = await keys.get(demo, 'some id').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'unknown', message: 'get "some id": unknown' })
})

it('timeoutMs and the signal of the context both reach the driver', async () => {
  const signals: (AbortSignal | undefined)[] = []
  const keys = changed({
    describe: async (context, id) => {
      signals.push(context.signal)
      await delay(30)
      return { kind: 'opaque', id }
    },
  })
  const controller = new AbortController()
  await keys.describe(demo, 'x')
  await keys.describe({ ...demo, signal: controller.signal }, 'x')
  await keys.describe({ ...demo, signal: controller.signal }, 'x', { timeoutMs: 5 })
  expect(signals[0]).toBeUndefined()
  expect(signals[1]).toBe(controller.signal)
  expect(signals[2]?.reason).toMatchObject({ name: 'TimeoutError' })
})

it('close waits for calls in flight, but no longer than it is told', async () => {
  let closed: number | undefined
  const slow = (ms: number) =>
    changed({
      describe: async (_, id) => {
        await delay(ms)
        return { kind: 'opaque', id }
      },
      close: async ({ timeoutMs } = {}) => {
        closed = timeoutMs
      },
    })
  const quick = slow(30)
  const call = quick.describe(demo, 'x')
  await quick.close({ timeoutMs: 5_000 })
  expect(closed).toBeGreaterThan(4_000)
  await call
  const hanging = slow(2_000)
  void hanging.describe(demo, 'x').catch(() => {})
  const started = performance.now()
  await hanging.close({ timeoutMs: 20 })
  expect(performance.now() - started).toBeLessThan(1_000)
  expect(closed).toBe(0)
})

it('a list that is left half read does not hinder close, and cannot be read on', async () => {
  const keys = new KeyManager(new MemoryDriver())
  for (let index = 0; index < 3; index += 1) await keys.store(demo, passphrase('x'))
  const infos = keys.list(demo)
  await infos.next()
  await keys.close({ timeoutMs: 60_000 })
  expect(await codeOf(infos.next())).toBe('closed')
})

it('ids are UUIDs of version 7 that grow and carry their time', () => {
  const ids = Array.from({ length: 10_000 }, () => uuidv7())
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
  const made = uuidv7Date(ids[0] ?? '')?.getTime() ?? 0
  expect(Math.abs(Date.now() - made)).toBeLessThan(60_000)
  for (const other of ['', 'x', crypto.randomUUID()]) expect(uuidv7Date(other)).toBeUndefined()
})
