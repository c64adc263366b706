import { setTimeout as delay } from 'node:timers/promises'
import { BarbicanDriver } from '@chatelaine/barbican'
import { KeyManager, keystonePasswordCredentials, opaque, tokenCredentials } from '@chatelaine/core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Barbican, startBarbicanWithKeystone, withoutBarbican } from '../services/barbican.ts'
import type { Keystone } from '../services/keystone.ts'

const tokenSeconds = 4

// Barbican takes 20 ms for a request and does one at a time; on a busy machine that adds up.
vi.setConfig({ testTimeout: 120_000 })

describe.skipIf(withoutBarbican())('tokens that live for seconds', () => {
  let barbican: Barbican
  let keystone: Keystone
  let close: () => Promise<void>

  const open = (options: object = {}) => KeyManager.open(BarbicanDriver, { auth_endpoint: keystone.url, ...options })
  const authentications = async () =>
    (await keystone.requests()).filter((line) => line.includes('POST /v3/auth/tokens')).length

  beforeAll(async () => {
    ;({ barbican, keystone, close } = await startBarbicanWithKeystone(tokenSeconds))
  })

  afterAll(() => close?.())

  async function creatorToken(): Promise<string> {
    const response = await fetch(`${keystone.url}/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({
        auth: {
          identity: {
            methods: ['password'],
            password: { user: { name: 'creator', domain: { id: 'default' }, password: 'creator-pw' } },
          },
        },
      }),
    })
    return response.headers.get('X-Subject-Token') ?? ''
  }

  it('are renewed before they expire: no call fails and none is sent twice', async () => {
    const keys = await open({
      key_manager: { auth_type: 'password', username: 'creator', password: 'creator-pw', project_name: 'demo' },
    })
    const id = await keys.store({}, opaque(Buffer.from('kept')))
    const before = await authentications()
    let calls = 0
    for (const end = Date.now() + tokenSeconds * 2500; Date.now() < end; calls += 1) {
      expect((await keys.get({}, id)).id).toBe(id)
      await delay(100)
    }
    const refused = (await barbican.requests()).filter((line) => line.startsWith('401'))
    expect(refused).toEqual([])
    // Barbican authenticates too, with tokens that live as short.
    expect((await authentications()) - before).toBeLessThan(calls / 3)
    await keys.delete({}, id)
    await keys.close()
  })

  it('a token that was given and has expired is unauthenticated, but counts with a service token beside it', async () => {
    const token = await creatorToken()
    const context = { credentials: tokenCredentials(token) }
    const alone = await open({ barbican_endpoint: barbican.url })
    const id = await alone.store(context, opaque(Buffer.from('long running')))
    await delay((tokenSeconds + 1) * 1000)
    await expect(alone.get(context, id)).rejects.toMatchObject({ code: 'unauthenticated' })
    const service = await open({
      barbican_endpoint: barbican.url,
      send_service_user_token: true,
      barbican_service_user: {
        auth_type: 'password',
        auth_url: keystone.url,
        username: 'barbican',
        password: 'barbican-pw',
        user_domain_name: 'Default',
        project_name: 'service',
        project_domain_name: 'Default',
      },
    })
    expect((await service.get(context, id)).value.revealText()).toBe('long running')
    await alone.close()
    await service.close()
  })

  it('with reauthenticate off, an expired token is the end', async () => {
    const keys = await open()
    const credentials = keystonePasswordCredentials('creator-pw', {
      username: 'creator',
      projectName: 'demo',
      reauthenticate: false,
    })
    await keys.store({ credentials }, opaque(Buffer.from('once')))
    await delay((tokenSeconds + 1) * 1000)
    await expect(keys.list({ credentials }).next()).rejects.toMatchObject({ code: 'unauthenticated' })
    await keys.close()
  })
})
