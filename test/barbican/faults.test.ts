import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { BarbicanDriver } from '@chatelaine/barbican'
import { type ErrorCode, KeyManager, KeyManagerError, opaque, tokenCredentials } from '@chatelaine/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  deleted,
  type Handler,
  halfAnswer,
  json,
  metadata,
  reset,
  type ScriptedServer,
  secretId,
  silence,
  startScripted,
  stored,
} from './scripted-server.ts'

const requestId = 'req-b7f29fa2-ea94-40c1-b8c4-e33e8b890eac'
const unavailable = json(503, {}, { 'Retry-After': '0' })
const payload = Buffer.from('marker-of-a-payload')
const token = 'marker-of-a-token'
const context = { credentials: tokenCredentials(token) }
const consumer = { service: 'volume', resourceType: 'disk', resourceId: '1' }

describe('Barbican: faults', () => {
  let server: ScriptedServer
  let keys: KeyManager

  const open = (options: object = {}) => KeyManager.open(BarbicanDriver, { barbican_endpoint: server.url, ...options })
  const store = () => keys.store(context, opaque(payload))
  const createPair = () => keys.createKeyPair(context, { algorithm: 'RSA', bitLength: 2048 })
  const lines = () => server.seen.map(({ method, path }) => `${method} ${path.slice(4, 14)}`)

  beforeAll(async () => {
    server = await startScripted()
    keys = await open()
  })

  afterAll(async () => {
    await keys.close()
    await server.close()
  })

  describe('what is safe is repeated', () => {
    const passing: readonly (readonly [string, Handler])[] = [
      ['429', json(429, {}, { 'Retry-After': '0' })],
      ['502', json(502, {})],
      ['503 with Retry-After', unavailable],
      ['504', json(504, {})],
      ['a reset', reset],
      ['half an answer', halfAnswer],
    ]

    it.each(passing)('a read after %s', async (_, fault) => {
      server.script(fault, metadata)
      expect((await keys.describe(context, secretId)).name).toBe('scripted')
      expect(server.count()).toBe(2)
    })

    it.each(passing)('a delete after %s', async (_, fault) => {
      server.script(fault, deleted)
      await keys.delete(context, secretId, { force: true })
      expect(server.count()).toBe(2)
    })

    it('a delete whose first answer was lost has succeeded where the second is 404', async () => {
      server.script(reset, json(404, {}))
      await keys.delete(context, secretId, { force: true })
      server.script(json(404, {}))
      await expect(keys.delete(context, secretId, { force: true })).rejects.toMatchObject({ code: 'not_found' })
    })

    it('registering a consumer, which is harmless twice', async () => {
      server.script(reset, json(200, {}))
      await keys.addConsumer(context, secretId, consumer)
      expect(server.count()).toBe(2)
    })

    it('three times by default, and then it is unavailable', async () => {
      server.script(unavailable)
      await expect(keys.describe(context, secretId)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
      expect(server.count()).toBe(4)
    })

    it('but not where Retry-After asks for more than half a minute', async () => {
      server.script(json(503, {}, { 'Retry-After': '31' }))
      await expect(keys.describe(context, secretId)).rejects.toMatchObject({ code: 'unavailable' })
      expect(server.count()).toBe(1)
    })

    it('Retry-After is waited for', async () => {
      server.script(json(503, {}, { 'Retry-After': '1' }), metadata)
      const start = performance.now()
      await keys.describe(context, secretId)
      expect(performance.now() - start).toBeGreaterThan(950)
    })
  })

  describe('what may have stored something is sent once', () => {
    const outcomes: readonly (readonly [string, Handler, ErrorCode])[] = [
      ['a reset', reset, 'indeterminate'],
      ['half an answer', halfAnswer, 'indeterminate'],
      ['502', json(502, {}), 'indeterminate'],
      ['504', json(504, {}), 'indeterminate'],
      ['503', unavailable, 'unavailable'],
      ['429', json(429, {}), 'unavailable'],
      ['500', json(500, {}), 'unknown'],
    ]

    it.each(outcomes)('a store after %s', async (_, fault, code) => {
      server.script(fault, stored)
      await expect(store()).rejects.toMatchObject({ code })
      expect(server.count()).toBe(1)
    })

    it.each(outcomes)('an order after %s', async (_, fault, code) => {
      server.script(fault, json(202, {}))
      const order = keys.createKey(context, { algorithm: 'AES', bitLength: 256 })
      await expect(order).rejects.toMatchObject({ code })
      expect(server.count()).toBe(1)
    })

    it('a store after a 401 is not sent again with the same token', async () => {
      server.script(json(401, {}), stored)
      await expect(store()).rejects.toMatchObject({ code: 'unauthenticated' })
      expect(server.count()).toBe(1)
    })
  })

  describe('two steps', () => {
    const large = opaque(Buffer.alloc(15_001, 7))

    it('a second step that fails leaves nothing behind', async () => {
      server.script(stored, json(500, {}), deleted)
      await expect(keys.store(context, large)).rejects.toMatchObject({ code: 'unknown' })
      expect(server.seen.map(({ method }) => method)).toEqual(['POST', 'PUT', 'DELETE'])
    })

    it('a second step whose answer is lost is sent again, and 409 says that the first got there', async () => {
      server.script(stored, reset, json(409, {}))
      expect(await keys.store(context, large)).toBe(secretId)
    })

    it('an abort in the second step removes the empty secret, so that the outcome is known', async () => {
      server.script(stored, silence, deleted)
      const aborted = { ...context, signal: AbortSignal.timeout(300) }
      await expect(keys.store(aborted, large)).rejects.toMatchObject({ code: 'deadline_exceeded' })
      expect(server.seen.map(({ method }) => method)).toEqual(['POST', 'PUT', 'DELETE'])
    })

    it('what cannot be removed either is indeterminate, and names the id', async () => {
      server.script(stored, json(500, {}), json(500, {}))
      await expect(keys.store(context, large)).rejects.toMatchObject({
        code: 'indeterminate',
        message: expect.stringContaining(secretId),
      })
    })
  })

  describe('an order', () => {
    const order = '1f1e2d3c-4b5a-4968-8778-695a4b3c2d1e'
    const container = '2f1e2d3c-4b5a-4968-8778-695a4b3c2d1e'
    const placed = json(202, { order_ref: `http://x/v1/orders/${order}` })
    const active = json(200, { status: 'ACTIVE', container_ref: `http://x/v1/containers/${container}` })
    const pair = json(200, {
      secret_refs: [
        { name: 'public_key', secret_ref: `http://x/v1/secrets/${secretId.replace('0', '3')}` },
        { name: 'private_key', secret_ref: `http://x/v1/secrets/${secretId}` },
      ],
    })

    it('whose keys cannot be read is withdrawn, with the keys', async () => {
      server.script(placed, active, json(500, {}), active, pair, deleted)
      await expect(createPair()).rejects.toMatchObject({
        code: 'indeterminate',
        message: expect.stringContaining('withdrawn'),
      })
      expect(lines().slice(5)).toEqual([
        'DELETE secrets/0f',
        'DELETE secrets/3f',
        'DELETE containers',
        'DELETE orders/1f1',
      ])
    })

    it('stays where what it made could not be removed: it alone leads there', async () => {
      server.script(placed, active, json(500, {}), active, pair, json(500, {}))
      await expect(createPair()).rejects.toMatchObject({
        code: 'indeterminate',
        message: expect.stringContaining(order),
      })
      expect(lines().filter((line) => line.startsWith('DELETE'))).toEqual(['DELETE secrets/0f'])
    })

    it('that cannot be tidied up loses no key', async () => {
      server.script(placed, active, pair, json(500, {}))
      expect(await createPair()).toEqual({ privateId: secretId, publicId: secretId.replace('0', '3') })
    })
  })

  describe('deadlines and aborts', () => {
    it('a read is deadline_exceeded, a write indeterminate', async () => {
      server.script(silence)
      const options = { timeoutMs: 100 }
      await expect(keys.describe(context, secretId, options)).rejects.toMatchObject({ code: 'deadline_exceeded' })
      await expect(keys.store(context, opaque(payload), options)).rejects.toMatchObject({ code: 'indeterminate' })
      const force = { ...options, force: true }
      await expect(keys.delete(context, secretId, force)).rejects.toMatchObject({ code: 'indeterminate' })
    })

    it('an aborted read is aborted at once, in the pause between two attempts too', async () => {
      server.script(json(503, {}, { 'Retry-After': '20' }))
      const signal = abortedAfter(100)
      await expect(keys.describe({ ...context, signal }, secretId)).rejects.toMatchObject({ code: 'aborted' })
    })

    it('the option timeout ends a request without an answer', async () => {
      const impatient = await open({ timeout: 0.1 })
      server.script(silence)
      await expect(impatient.describe(context, secretId)).rejects.toMatchObject({ code: 'unavailable' })
      await expect(impatient.store(context, opaque(payload))).rejects.toMatchObject({ code: 'indeterminate' })
      await impatient.close()
    })

    it('close cuts what does not end: a read is closed, a write indeterminate', async () => {
      const other = await open()
      server.script(silence)
      const read = expect(other.describe(context, secretId)).rejects.toMatchObject({ code: 'closed' })
      const write = expect(other.store(context, opaque(payload))).rejects.toMatchObject({ code: 'indeterminate' })
      await new Promise((resolve) => setTimeout(resolve, 50))
      await other.close({ timeoutMs: 50 })
      await Promise.all([read, write])
    })
  })

  describe('answers', () => {
    const shapes: readonly (readonly [string, number, unknown, ErrorCode])[] = [
      ['of Barbican', 400, { code: 400, title: 'Bad Request', description: payload.toString() }, 'invalid_argument'],
      ['of Keystone', 401, { error: { code: 401, title: 'Unauthorized', message: token } }, 'unauthenticated'],
      ['of the middleware', 406, { code: '406 Not Acceptable', message: token, title: 'x' }, 'unsupported'],
      ['of a troubled server', 500, { code: 500, description: payload.toString() }, 'unknown'],
      [
        'of a quota',
        403,
        { code: 403, description: 'Creation not allowed because a quota has been reached.' },
        'exhausted',
      ],
      ['of a limit', 413, { code: 413, description: null }, 'invalid_argument'],
    ]

    it.each(shapes)(
      '%s become a code with the request id, and show neither token nor payload',
      async (_, status, body, code) => {
        server.script(json(status, body, { 'X-Openstack-Request-Id': requestId }))
        const error: unknown = await store().catch((thrown: unknown) => thrown)
        expect(error).toMatchObject({ code, message: expect.stringContaining(requestId) })
        assertShowsNothing(error)
      },
    )

    it('as plain text are understood by their status', async () => {
      server.script((response) => response.writeHead(400).end(`400 Bad Request ${payload.toString()}`))
      const error: unknown = await store().catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'invalid_argument' })
      assertShowsNothing(error)
    })

    it.each([
      ['no JSON', '<html>'],
      ['no object', '[]'],
      ['no reference', '{}'],
      ['a reference without an id', '{"secret_ref": "http://x/v1/secrets/../admin"}'],
    ])('with %s in a success are unknown', async (_, text) => {
      server.script((response) => response.writeHead(201).end(text))
      await expect(store()).rejects.toMatchObject({ code: 'unknown' })
    })

    it('that redirect are not followed: no token goes elsewhere', async () => {
      const other = await startScripted()
      server.script((response) => response.writeHead(302, { Location: `${other.url}/v1/secrets/${secretId}` }).end())
      await expect(keys.describe(context, secretId)).rejects.toMatchObject({ code: 'unknown' })
      expect(other.count()).toBe(0)
      await other.close()
    })

    it('name another host without being believed', async () => {
      server.script(stored)
      const id = await store()
      server.script(metadata)
      expect((await keys.describe(context, id)).id).toBe(secretId)
      expect(server.seen.at(-1)?.path).toBe(`/v1/secrets/${secretId}`)
    })

    it('that are compressed unasked are not decompressed', async () => {
      server.script((response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('not gzip'))
      await expect(keys.describe(context, secretId)).rejects.toMatchObject({ code: 'unknown' })
    })
  })

  it('a request asks for exactly one media type, and for nothing that could compress it', async () => {
    server.script(metadata, (response) => response.writeHead(200).end('x'))
    await keys.get(context, secretId).catch(() => undefined)
    const accepted = new Set(server.seen.map(({ headers }) => headers.accept))
    expect(accepted).toEqual(new Set(['application/json', 'application/octet-stream']))
    expect(server.seen.every(({ headers }) => headers['accept-encoding'] === undefined)).toBe(true)
  })

  it('an environment that names a proxy is not heeded', async () => {
    const before = { ...process.env }
    try {
      process.env.HTTP_PROXY = 'http://127.0.0.1:1'
      process.env.http_proxy = 'http://127.0.0.1:1'
      const other = await open()
      server.script(metadata)
      expect((await other.describe(context, secretId)).id).toBe(secretId)
      await other.close()
    } finally {
      process.env = before
    }
  })

  it('a process that forgets to close its key manager ends nevertheless', async () => {
    server.script(metadata)
    const program = `
      import { BarbicanDriver } from '@chatelaine/barbican'
      import { KeyManager, tokenCredentials } from '@chatelaine/core'
      const keys = await KeyManager.open(BarbicanDriver, { barbican_endpoint: ${JSON.stringify(server.url)} })
      console.log((await keys.describe({ credentials: tokenCredentials('t') }, ${JSON.stringify(secretId)})).name)`
    const args = ['--conditions=chatelaine-source', '--input-type=module', '-e', program]
    const child = spawn(process.execPath, args, { cwd: fileURLToPath(new URL('..', import.meta.url)) })
    const [output] = (await once(child.stdout, 'data')) as [Buffer]
    const printed = performance.now()
    await once(child, 'exit')
    expect(output.toString()).toBe('scripted\n')
    // Well before the idle connection would be closed.
    expect(performance.now() - printed).toBeLessThan(3_000)
  })

  it('a server without microversions has no consumers, and says so before any traffic', async () => {
    const old = await startScripted()
    const options = { barbican_endpoint: `${old.url}/prefix`, request_retries: 0 }
    const without = await KeyManager.open(BarbicanDriver, options)
    expect(without.capabilities.consumers).toBeUndefined()
    old.script(deleted)
    await without.delete(context, secretId)
    await expect(without.addConsumer(context, secretId, consumer)).rejects.toMatchObject({ code: 'unsupported' })
    expect(old.seen.map(({ method, path }) => `${method} ${path}`)).toEqual([`DELETE /prefix/v1/secrets/${secretId}`])
    expect(old.seen[0]?.headers['openstack-api-version']).toBeUndefined()
    await without.close()
    await old.close()
  })

  it('a Barbican that is in trouble when it is asked for its versions is asked again', async () => {
    server.scriptVersions(unavailable)
    await (await open()).close()
    server.scriptVersions(json(500, {}), json(500, {}))
    await expect(open()).rejects.toMatchObject({ code: 'unknown' })
    server.scriptVersions(unavailable, unavailable)
    await expect(open({ request_retries: 1 })).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  })

  it('a lower limit of the server makes two steps of what one could not carry', async () => {
    const low = await open({ max_allowed_secret_in_bytes: 10_000 })
    server.script(stored, (response) => response.writeHead(204).end())
    await low.store(context, opaque(Buffer.alloc(10_000)))
    expect(server.seen.map(({ method, body }) => `${method} ${body.length > 9_999}`)).toEqual([
      'POST false',
      'PUT true',
    ])
    await low.close()
  })

  it('an answer may take longer than a connection may be idle', async () => {
    server.script((response, seen) => setTimeout(() => metadata(response, seen), 4_500))
    expect((await keys.describe(context, secretId)).name).toBe('scripted')
  })

  it('a Barbican that is not there is unavailable in open, and nothing was sent by a later store', async () => {
    const gone = await startScripted()
    const late = await KeyManager.open(BarbicanDriver, { barbican_endpoint: gone.url, request_retries: 1 })
    await gone.close()
    // The connection that is left has to be seen to be dead.
    await new Promise((resolve) => setTimeout(resolve, 50))
    await expect(late.store(context, opaque(payload))).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    await late.close()
    const opening = KeyManager.open(BarbicanDriver, { barbican_endpoint: gone.url, request_retries: 0 })
    const host = new URL(gone.url).host
    await expect(opening).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining(host) })
  })
})

function abortedAfter(ms: number): AbortSignal {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), ms)
  return controller.signal
}

function assertShowsNothing(error: unknown): void {
  expect(KeyManagerError.is(error)).toBe(true)
  const text = `${inspect(error, { depth: 12, showHidden: true })}${JSON.stringify(error)}${String(error)}`
  for (const marker of [token, payload.toString(), payload.toString('base64').slice(0, 20)])
    expect(text).not.toContain(marker)
}
