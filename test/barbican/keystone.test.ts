import { inspect } from 'node:util'
import { BarbicanDriver } from '@chatelaine/barbican'
import {
  type Context,
  KeyManager,
  keystonePasswordCredentials,
  keystoneTokenCredentials,
  passwordCredentials,
  symmetricKey,
  tokenCredentials,
} from '@chatelaine/core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Barbican, startBarbicanWithKeystone, withoutBarbican } from '../services/barbican.ts'
import type { Keystone } from '../services/keystone.ts'

const key = () => symmetricKey(new Uint8Array(32).fill(7), { name: 'shared' })
const as = (user: string, scope: object = { projectName: 'demo' }): Context => ({
  credentials: keystonePasswordCredentials(`${user}-pw`, { username: user, ...scope }),
})

// Barbican takes 20 ms for a request and does one at a time; on a busy machine that adds up.
vi.setConfig({ testTimeout: 120_000 })

describe.skipIf(withoutBarbican())('Barbican with Keystone', () => {
  let barbican: Barbican
  let keystone: Keystone
  let close: () => Promise<void>
  let keys: KeyManager

  const open = (options: object = {}) => KeyManager.open(BarbicanDriver, { auth_endpoint: keystone.url, ...options })
  const authentications = async () =>
    (await keystone.requests()).filter((line) => line.includes('POST /v3/auth/tokens')).length

  beforeAll(async () => {
    ;({ barbican, keystone, close } = await startBarbicanWithKeystone())
    keys = await open()
  })

  afterAll(async () => {
    await keys?.close()
    await close?.()
  })

  async function tokenOf(user: string): Promise<string> {
    const identity = { methods: ['password'], password: { user: { id: keystone.users[user], password: `${user}-pw` } } }
    const response = await fetch(`${keystone.url}/v3/auth/tokens`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ auth: { identity } }),
    })
    return response.headers.get('X-Subject-Token') ?? ''
  }

  it('an observer reads, but neither stores nor deletes', async () => {
    const id = await keys.store(as('creator'), key())
    expect((await keys.get(as('observer'), id)).value.equals(key().value)).toBe(true)
    await expect(keys.store(as('observer'), key())).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(keys.delete(as('observer'), id)).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(keys.delete(as('observer'), id, { force: true })).rejects.toMatchObject({ code: 'permission_denied' })
    await keys.delete(as('creator'), id)
  })

  it('an auditor describes, but gets no value', async () => {
    const id = await keys.store(as('creator'), key())
    expect(await keys.describe(as('audit'), id)).toMatchObject({ id, name: 'shared' })
    await expect(keys.get(as('audit'), id)).rejects.toMatchObject({ code: 'permission_denied' })
    await keys.delete(as('creator'), id)
  })

  it('a user without a role is permission_denied, a stranger with one finds nothing', async () => {
    const id = await keys.store(as('creator'), key())
    const nobody = as('member')
    await expect(keys.get(nobody, id)).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(keys.store(nobody, key())).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(keys.list(nobody).next()).rejects.toMatchObject({ code: 'permission_denied' })
    const stranger = as('stranger', { projectName: 'other' })
    await expect(keys.get(stranger, id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(keys.delete(stranger, id)).rejects.toMatchObject({ code: 'not_found' })
    await keys.delete(as('projadmin'), id)
  })

  it('every way to authenticate leads to the same project', async () => {
    const { demo } = keystone.projects
    const token = await tokenOf('creator')
    const ways: Context[] = [
      as('creator', { projectId: demo }),
      as('creator', { projectName: 'demo', projectDomainName: 'Default', userDomainName: 'Default' }),
      as('creator', { projectName: 'demo', projectDomainId: 'default', userDomainId: 'default' }),
      { credentials: keystonePasswordCredentials('creator-pw', { userId: keystone.users.creator }), projectId: demo },
      { credentials: passwordCredentials('creator', 'creator-pw'), projectId: demo },
      { credentials: passwordCredentials('creator', 'creator-pw') },
      { credentials: tokenCredentials(token) },
      { credentials: tokenCredentials(token), projectId: demo },
      { credentials: keystoneTokenCredentials(token) },
      { credentials: keystoneTokenCredentials(token, { projectId: demo }), projectId: demo },
      { credentials: keystoneTokenCredentials(token, { authUrl: `${keystone.url}/v3/`, projectName: 'demo' }) },
    ]
    const id = await keys.store(as('creator'), key())
    for (const context of ways) expect((await keys.describe(context, id)).id).toBe(id)
    await keys.delete(as('creator'), id)
  })

  it('a trust opens the project of the one who trusts', async () => {
    const roles = await keystone.admin('GET', '/roles?name=creator')
    const [role] = roles.json.roles as unknown as readonly { readonly id: string }[]
    const token = await tokenOf('creator')
    const answer = await fetch(`${keystone.url}/v3/OS-TRUST/trusts`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Auth-Token': token },
      body: JSON.stringify({
        trust: {
          trustor_user_id: keystone.users.creator,
          trustee_user_id: keystone.users.stranger,
          project_id: keystone.projects.demo,
          impersonation: false,
          roles: [{ id: role?.id }],
        },
      }),
    })
    const { trust } = (await answer.json()) as { trust: { id: string } }
    const trusted = { ...as('stranger', { trustId: trust.id }), projectId: keystone.projects.demo }
    const id = await keys.store(trusted, key())
    expect((await keys.get(as('creator'), id)).id).toBe(id)
    await keys.delete(as('projadmin'), id)
  })

  it('a hundred contexts with one credential authenticate once, and new ones not at all', async () => {
    const fresh = await open({ barbican_endpoint: barbican.url })
    const before = await authentications()
    await Promise.all(Array.from({ length: 100 }, () => fresh.list({ ...as('creator') }).next()))
    expect(await authentications()).toBe(before + 1)
    const requests = (await barbican.requests()).length
    const id = await fresh.store(as('creator'), key())
    await fresh.delete({ ...as('creator') }, id, { force: true })
    expect(await authentications()).toBe(before + 1)
    expect((await barbican.requests()).length).toBe(requests + 2)
    await fresh.close()
  })

  it('contexts at the same time never act as each other', async () => {
    const other = as('stranger', { projectName: 'other' })
    const stored = await Promise.all(
      Array.from({ length: 20 }, (_, index) => storeNumbered(keys, index % 2 === 0 ? as('creator') : other, index)),
    )
    for (const [index, { id, context, creator }] of stored.entries()) {
      expect(creator).toBe(`${index}`)
      const stranger = index % 2 === 0 ? other : as('creator')
      await expect(keys.describe(stranger, id)).rejects.toMatchObject({ code: 'not_found' })
      await keys.delete(context, id)
    }
  })

  it('configured credentials never serve a context of another project, and ask nobody to know it', async () => {
    const service = await open({
      key_manager: {
        auth_type: 'keystone_password',
        username: 'creator',
        password: 'creator-pw',
        project_name: 'demo',
      },
    })
    const id = await service.store({ projectId: keystone.projects.demo }, key())
    const before = (await barbican.requests()).length
    const foreign = { projectId: keystone.projects.other }
    await expect(service.get(foreign, id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(service.delete(foreign, id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(service.store(foreign, key())).rejects.toMatchObject({ code: 'permission_denied' })
    await expect(service.createKey(foreign, { algorithm: 'AES', bitLength: 256 })).rejects.toMatchObject({
      code: 'permission_denied',
    })
    expect(await service.list(foreign).next()).toMatchObject({ done: true })
    expect((await barbican.requests()).length).toBe(before)
    await service.delete({}, id)
    await service.close()
  })

  it('without any credentials a call is unauthenticated, and nothing is asked', async () => {
    const before = (await keystone.requests()).length
    await expect(keys.list({}).next()).rejects.toMatchObject({ code: 'unauthenticated' })
    expect((await keystone.requests()).length).toBe(before)
  })

  it('a wrong password is unauthenticated, in open too, and is nowhere in the error', async () => {
    const context = { credentials: keystonePasswordCredentials('wrong-password', { username: 'creator' }) }
    const error: unknown = await keys
      .list(context)
      .next()
      .catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'unauthenticated', message: expect.stringMatching(/req-/) })
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('wrong-password')
    const options = { auth_type: 'password', username: 'creator', password: 'wrong-password' }
    await expect(open({ key_manager: options })).rejects.toMatchObject({ code: 'unauthenticated' })
  })

  it('a token that is none is unauthenticated, and is nowhere in the error', async () => {
    for (const credentials of [
      tokenCredentials('not-a-token'),
      keystoneTokenCredentials('not-a-token', { projectName: 'demo' }),
    ]) {
      const error: unknown = await keys
        .list({ credentials })
        .next()
        .catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'unauthenticated' })
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('not-a-token')
    }
  })

  it('the catalogue is asked by type and region', async () => {
    for (const options of [{ barbican_endpoint_type: 'internal' }, { barbican_region_name: 'RegionOne' }]) {
      const other = await open(options)
      expect(await other.list(as('creator')).next()).toBeDefined()
      await other.close()
    }
    for (const options of [{ barbican_endpoint_type: 'admin' }, { barbican_region_name: 'Atlantis' }]) {
      const other = await open(options)
      await expect(other.list(as('creator')).next()).rejects.toMatchObject({ code: 'unavailable', retryable: false })
      await other.close()
    }
  })

  it('a revoked token is replaced once, and the call succeeds', async () => {
    const id = await keys.store(as('creator'), key())
    // Setting a password revokes every token of the user; only a new Barbican has not yet seen ours as good.
    await keystone.admin('PATCH', `/users/${keystone.users.creator}`, { user: { password: 'creator-pw' } })
    await barbican.stop()
    await barbican.start()
    const before = await authentications()
    expect((await keys.get(as('creator'), id)).id).toBe(id)
    expect(await authentications()).toBe(before + 2)
    await keys.delete(as('creator'), id)
  })

  it('while Keystone is away, cached tokens go on and new ones are unavailable', async () => {
    const quick = await open({ request_retries: 0, barbican_endpoint: barbican.url })
    const id = await quick.store(as('creator'), key())
    await keystone.stop()
    try {
      expect((await quick.get({ ...as('creator') }, id)).id).toBe(id)
      await expect(quick.get(as('observer'), id)).rejects.toMatchObject({ code: 'unavailable', retryable: true })
    } finally {
      await keystone.start()
    }
    await quick.delete(as('creator'), id)
    await quick.close()
  })
})

async function storeNumbered(keys: KeyManager, context: Context, index: number) {
  const id = await keys.store(context, symmetricKey(new Uint8Array(16).fill(index), { name: `${index}` }))
  return { id, context, creator: (await keys.describe(context, id)).name }
}
