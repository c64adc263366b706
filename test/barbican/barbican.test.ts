import { generateKeyPairSync } from 'node:crypto'
import { BarbicanDriver } from '@chatelaine/barbican'
import { type Context, certificate, KeyManager, opaque, passphrase, privateKey, symmetricKey } from '@chatelaine/core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Barbican, startBarbican, withoutBarbican } from '../services/barbican.ts'

// Barbican takes 20 ms for a request and does one at a time; on a busy machine that adds up.
vi.setConfig({ testTimeout: 120_000 })

describe.skipIf(withoutBarbican())('Barbican', () => {
  let barbican: Barbican
  let keys: KeyManager
  const demo: Context = { projectId: 'demo' }

  const open = (options: object = {}) =>
    KeyManager.open(BarbicanDriver, {
      barbican_endpoint: `${barbican.url}/v1/`,
      key_manager: { auth_type: 'noauth' },
      ...options,
    })

  beforeAll(async () => {
    barbican = await startBarbican()
    keys = await open()
  })

  afterAll(async () => {
    await keys?.close()
    await barbican?.close()
  })

  // What other programs store.
  async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<string> {
    const response = await fetch(`${barbican.url}/v1/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Project-Id': 'demo', ...headers },
      body: JSON.stringify(body),
    })
    const answer = (await response.json()) as { secret_ref?: string }
    return answer.secret_ref?.split('/').at(-1) ?? ''
  }

  async function requestsOf(work: () => Promise<unknown>): Promise<string[]> {
    const before = (await barbican.requests()).length
    await work()
    return (await barbican.requests()).slice(before)
  }

  describe('requests', () => {
    it('store takes one, get two, describe one, delete one, and a look for consumers one more', async () => {
      let id = ''
      expect(await requestsOf(async () => (id = await keys.store(demo, opaque(Buffer.from('x')))))).toHaveLength(1)
      expect(await requestsOf(() => keys.get(demo, id))).toHaveLength(2)
      expect(await requestsOf(() => keys.describe(demo, id))).toHaveLength(1)
      expect(await requestsOf(() => keys.delete(demo, id, { force: true }))).toHaveLength(1)
      id = await keys.store(demo, opaque(Buffer.from('x')))
      expect(await requestsOf(() => keys.delete(demo, id))).toHaveLength(2)
    })

    it('an id that cannot exist takes none', async () => {
      for (const id of ['no-uuid', 'A0AAFC8B-2DE9-49D3-BD09-E3E264E9EEF0', 'b0aafc8b2de949d3bd09e3e264e9eef0']) {
        const requests = await requestsOf(() => expect(keys.get(demo, id)).rejects.toMatchObject({ code: 'not_found' }))
        expect(requests).toEqual([])
      }
    })

    it('a list of n takes ⌈n/100⌉, and one that is limited no more than it gives', async () => {
      const many = { projectId: 'many' }
      for (let stored = 0; stored < 100; stored += 1) await keys.store(many, symmetricKey(new Uint8Array(16)))
      const read = async (limit?: number) => {
        const ids = new Set<string>()
        for await (const { id } of keys.list(many, limit === undefined ? {} : { limit })) ids.add(id)
        return ids.size
      }
      let size = 0
      expect(await requestsOf(async () => (size = await read()))).toHaveLength(1)
      expect(size).toBe(100)
      const limited = await requestsOf(async () => (size = await read(5)))
      expect([limited.length, size]).toEqual([1, 5])
      expect(limited[0]).toContain('limit=5')
    })

    it('deletes between two pages hide nothing', async () => {
      const shifting = { projectId: 'shifting' }
      const ids: string[] = []
      for (let stored = 0; stored < 110; stored += 1) ids.push(await keys.store(shifting, opaque(Buffer.from('x'))))
      const seen: string[] = []
      for await (const { id } of keys.list(shifting)) {
        if (seen.length < 50) await keys.delete(shifting, id, { force: true })
        seen.push(id)
      }
      expect(seen).toEqual(ids)
    })
  })

  describe('payloads', () => {
    it.each([14_999, 15_000, 15_001, 20_000])('of %i bytes come back', async (length) => {
      const object = opaque(Buffer.alloc(length, 0xfe))
      const id = await keys.store(demo, object)
      expect((await keys.get(demo, id)).value.equals(object.value)).toBe(true)
      await keys.delete(demo, id)
    })

    it('that are too long are refused before they are sent, or by the server where its limit is lower', async () => {
      const object = opaque(Buffer.alloc(20_001))
      expect(
        await requestsOf(() => expect(keys.store(demo, object)).rejects.toMatchObject({ code: 'invalid_argument' })),
      ).toEqual([])
      const generous = await open({ max_allowed_secret_in_bytes: 30_000 })
      const requests = await requestsOf(() =>
        expect(generous.store(demo, object)).rejects.toMatchObject({ code: 'invalid_argument' }),
      )
      expect(requests.map((line) => line.split(' ', 2).join(' '))).toEqual(['201 POST', '413 PUT', '204 DELETE'])
      await generous.close()
    })

    it('of keys that others stored as PKCS#1, SEC1 or DER come out as PKCS#8', async () => {
      const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
      const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
      const forms: readonly (readonly [typeof rsa, string | Buffer])[] = [
        [rsa, rsa.export({ type: 'pkcs1', format: 'pem' })],
        [rsa, rsa.export({ type: 'pkcs1', format: 'der' })],
        [rsa, rsa.export({ type: 'pkcs8', format: 'der' })],
        [ec, ec.export({ type: 'sec1', format: 'pem' })],
      ]
      for (const [key, form] of forms) {
        const id = await post('secrets', octets('private', Buffer.from(form)))
        expect(Buffer.from((await keys.get(demo, id)).value.reveal())).toEqual(
          key.export({ type: 'pkcs8', format: 'der' }),
        )
      }
    })

    it('of a private key under a passphrase are unsupported, of one that is no key integrity', async () => {
      const { privateKey: key } = generateKeyPairSync('ed25519')
      const encrypted = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
      const locked = await post('secrets', octets('private', Buffer.from(encrypted)))
      await expect(keys.get(demo, locked)).rejects.toMatchObject({ code: 'unsupported' })
      const broken = await post('secrets', octets('private', Buffer.from('no key')))
      await expect(keys.get(demo, broken)).rejects.toMatchObject({ code: 'integrity' })
      expect((await keys.describe(demo, broken)).kind).toBe('private')
    })

    it('as text come out as UTF-8, and a secret without one is not_found, though it is listed and deleted', async () => {
      const text = { payload: 'geheim ☂', payload_content_type: 'text/plain' }
      const id = await post('secrets', { secret_type: 'passphrase', ...text })
      expect((await keys.get(demo, id)).value.revealText()).toBe('geheim ☂')
      const empty = await post('secrets', { name: 'empty' })
      await expect(keys.get(demo, empty)).rejects.toMatchObject({ code: 'not_found' })
      expect((await keys.describe(demo, empty)).name).toBe('empty')
      await keys.delete(demo, empty)
    })

    it('of a passphrase keep their white space', async () => {
      const id = await keys.store(demo, passphrase('  kept \n'))
      expect((await keys.get(demo, id)).value.revealText()).toBe('  kept \n')
    })
  })

  it('a name is found as it is: LIKE’s wildcards and URL characters stand for themselves', async () => {
    const named = { projectId: 'named' }
    const names = ['100%', '1000', 'a_b', 'axb', 'A_B', 'a+b', 'a b', 'a%2Bb', 'a\\b', '%', '日本']
    for (const name of names) await keys.store(named, opaque(Buffer.from('x'), { name }))
    for (const name of names) {
      const found: (string | undefined)[] = []
      for await (const info of keys.list(named, { name })) found.push(info.name)
      expect(found).toEqual([name])
    }
  })

  it('a name that Barbican would change is refused', async () => {
    for (const name of [' a', 'a\t', 'a\u0085', '\u001fa']) {
      const stored = keys.store(demo, opaque(Buffer.from('x'), { name }))
      await expect(stored).rejects.toMatchObject({ code: 'invalid_argument' })
      const made = keys.createKey(demo, { algorithm: 'AES', bitLength: 128, name })
      await expect(made).rejects.toMatchObject({ code: 'invalid_argument' })
    }
  })

  it('a spelling of an algorithm is found by its canonical name', async () => {
    const id = await post('secrets', {
      ...octets('symmetric', Buffer.alloc(32)),
      algorithm: 'hmacsha256',
      bit_length: 256,
    })
    const found: string[] = []
    for await (const info of keys.list(demo, { algorithm: 'HMAC-SHA256' })) found.push(info.id)
    expect(found).toEqual([id])
  })

  it('a quota that is reached is exhausted', async () => {
    await fetch(`${barbican.url}/v1/project-quotas/small`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json', 'X-Project-Id': 'demo', 'X-Roles': 'key-manager:service-admin' },
      body: JSON.stringify({ project_quotas: { secrets: 1, orders: 0 } }),
    })
    const small = { projectId: 'small' }
    await keys.store(small, opaque(Buffer.from('x')))
    await expect(keys.store(small, opaque(Buffer.from('x')))).rejects.toMatchObject({ code: 'exhausted' })
    const order = keys.createKey(small, { algorithm: 'AES', bitLength: 256 })
    await expect(order).rejects.toMatchObject({ code: 'exhausted' })
  })

  it('an order that fails tells its reason and is removed; one that succeeds leaves its keys only', async () => {
    const ordering = { projectId: 'ordering' }
    const failed = keys.createKeyPair(ordering, { algorithm: 'RSA', bitLength: 3072 })
    await expect(failed).rejects.toMatchObject({ message: expect.stringMatching(/the order .* failed with \d+: \S/) })
    const expiration = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000)
    const pair = await keys.createKeyPair(ordering, { algorithm: 'RSA', bitLength: 2048, expiration })
    expect((await keys.describe(ordering, pair.publicId)).expiration).toEqual(expiration)
    for (const path of ['orders', 'containers']) {
      const answer = await fetch(`${barbican.url}/v1/${path}`, { headers: { 'X-Project-Id': 'ordering' } })
      expect(await answer.json()).toMatchObject({ total: 0 })
    }
  })

  it('noauth sends the roles and the user that it is told', async () => {
    const observer = await open({ noauth_roles: ['observer'] })
    const id = await keys.store({ ...demo, userId: 'alice' }, opaque(Buffer.from('x')))
    expect((await observer.get(demo, id)).id).toBe(id)
    await expect(observer.store(demo, opaque(Buffer.from('x')))).rejects.toMatchObject({ code: 'permission_denied' })
    const answer = await fetch(`${barbican.url}/v1/secrets/${id}`, { headers: { 'X-Project-Id': 'demo' } })
    expect(await answer.json()).toMatchObject({ creator_id: 'alice' })
    await observer.close()
  })

  it('noauth without a project, and with credentials, is refused', async () => {
    await expect(keys.list({}).next()).rejects.toMatchObject({ code: 'invalid_argument' })
    const configured = await open({ key_manager: { auth_type: 'noauth', project_id: 'demo' } })
    expect(await configured.list({}).next()).toBeDefined()
    await configured.close()
  })

  it('a certificate and a private key are PEM on the wire, as castellan has them', async () => {
    const { privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const id = await keys.store(demo, privateKey(key))
    const answer = await fetch(`${barbican.url}/v1/secrets/${id}/payload`, {
      headers: { 'X-Project-Id': 'demo', Accept: 'application/octet-stream' },
    })
    expect(await answer.text()).toBe(key.export({ type: 'pkcs8', format: 'pem' }))
    expect(() => certificate('no certificate')).toThrow()
  })

  it('restarted under load, reads go on and nothing is stored twice', async () => {
    const busy = { projectId: 'busy' }
    const patient = await open({ request_retries: 10 })
    const id = await patient.store(busy, opaque(Buffer.from('kept')))
    const load = { runs: true }
    const names: string[] = []
    const unknown: string[] = []
    const reader = async () => {
      while (load.runs) expect((await patient.get(busy, id)).value.revealText()).toBe('kept')
    }
    const writer = async (number: number) => {
      for (let index = 0; load.runs; index += 1) {
        const name = `${number}.${index}`
        const stored = patient.store(busy, opaque(Buffer.from('x'), { name }))
        const code = await stored.then(
          () => 'stored',
          (error: { code: string }) => error.code,
        )
        if (code === 'stored') names.push(name)
        else if (code === 'indeterminate') unknown.push(name)
        else expect(code).toBe('unavailable')
      }
    }
    const callers = Promise.all([reader(), reader(), writer(1), writer(2)])
    await new Promise((resolve) => setTimeout(resolve, 300))
    await barbican.stop()
    await barbican.start()
    await new Promise((resolve) => setTimeout(resolve, 300))
    load.runs = false
    await callers
    const found: string[] = []
    for await (const { name = '' } of patient.list(busy)) if (name !== '') found.push(name)
    expect(new Set(found).size).toBe(found.length)
    for (const name of names) expect(found).toContain(name)
    expect(found.filter((name) => !names.includes(name) && !unknown.includes(name))).toEqual([])
    await patient.close()
  })
})

function octets(kind: string, bytes: Buffer): object {
  return {
    secret_type: kind,
    payload: bytes.toString('base64'),
    payload_content_type: 'application/octet-stream',
    payload_content_encoding: 'base64',
  }
}
