import { BarbicanDriver } from '@chatelaine/barbican'
import {
  type Context,
  KeyManager,
  keystonePasswordCredentials,
  keystoneTokenCredentials,
  passwordCredentials,
} from '@chatelaine/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Handler, json, metadata, type ScriptedServer, secretId, startScripted } from './scripted-server.ts'

const password = (scope: object) => keystonePasswordCredentials('secret', { username: 'u', ...scope })
const soon = () => new Date(Date.now() + 3_600_000).toISOString()
const issued: Handler = (response, seen) =>
  json(201, { token: { expires_at: soon(), project: { id: 'p' } } }, { 'X-Subject-Token': 'issued' })(response, seen)

// What Keystone is asked for; that it answers as it should is shown with the real one.
describe('authentication requests', () => {
  let keystone: ScriptedServer
  let barbican: ScriptedServer
  let keys: KeyManager

  beforeAll(async () => {
    keystone = await startScripted()
    barbican = await startScripted()
    barbican.script(metadata)
    keys = await KeyManager.open(BarbicanDriver, {
      barbican_endpoint: barbican.url,
      auth_endpoint: `${keystone.url}/identity/`,
    })
  })

  afterAll(async () => {
    await keys.close()
    await barbican.close()
    await keystone.close()
  })

  const byName = { name: 'u', domain: { id: 'default' }, password: 'secret' }

  const cases: readonly (readonly [string, Context, object])[] = [
    [
      'a domain by id',
      { credentials: password({ domainId: 'd' }) },
      { identity: { methods: ['password'], password: { user: byName } }, scope: { domain: { id: 'd' } } },
    ],
    [
      'a domain by name, and a user of a named domain',
      { credentials: password({ domainName: 'D', userDomainName: 'U' }) },
      {
        identity: { methods: ['password'], password: { user: { ...byName, domain: { name: 'U' } } } },
        scope: { domain: { name: 'D' } },
      },
    ],
    [
      'a project by name, of the default domain where none is said',
      { credentials: password({ projectName: 'P' }) },
      {
        identity: { methods: ['password'], password: { user: byName } },
        scope: { project: { name: 'P', domain: { id: 'default' } } },
      },
    ],
    [
      'a trust before anything else, and a user by id without a domain',
      { credentials: keystonePasswordCredentials('secret', { userId: 'i', trustId: 't', projectId: 'p' }) },
      {
        identity: { methods: ['password'], password: { user: { id: 'i', password: 'secret' } } },
        scope: { 'OS-TRUST:trust': { id: 't' } },
      },
    ],
    [
      'the project of the context for credentials without a scope of their own',
      { credentials: passwordCredentials('u', 'secret'), projectId: 'p' },
      { identity: { methods: ['password'], password: { user: byName } }, scope: { project: { id: 'p' } } },
    ],
    [
      'nothing, and so the user’s default project, where nobody names one',
      { credentials: passwordCredentials('u', 'secret') },
      { identity: { methods: ['password'], password: { user: byName } } },
    ],
    [
      'another scope for a token',
      { credentials: keystoneTokenCredentials('given', { projectId: 'p' }) },
      { identity: { methods: ['token'], token: { id: 'given' } }, scope: { project: { id: 'p' } } },
    ],
  ]

  it.each(cases)('ask for %s', async (_, context, auth) => {
    keystone.script(issued)
    await keys.describe(context, secretId)
    expect(keystone.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /identity/v3/auth/tokens'])
    expect(JSON.parse(keystone.seen[0]?.body ?? '')).toEqual({ auth })
    expect(barbican.seen.at(-1)?.headers['x-auth-token']).toBe('issued')
  })

  it('are repeated while Keystone is troubled, and believed only with a token', async () => {
    keystone.script(json(503, {}, { 'Retry-After': '0' }), issued)
    await keys.describe({ credentials: password({ projectName: 'Q' }) }, secretId)
    expect(keystone.count()).toBe(2)
    keystone.script(json(201, { token: { expires_at: soon() } }))
    const lost = keys.describe({ credentials: password({ projectName: 'R' }) }, secretId)
    await expect(lost).rejects.toMatchObject({ code: 'unknown' })
  })

  it('that are abandoned by one caller are finished for the others', async () => {
    keystone.script((response, seen) => setTimeout(() => issued(response, seen), 200))
    const credentials = password({ projectName: 'shared' })
    const impatient = keys.describe({ credentials }, secretId, { timeoutMs: 50 })
    const patient = keys.describe({ credentials }, secretId)
    await expect(impatient).rejects.toMatchObject({ code: 'deadline_exceeded' })
    expect((await patient).id).toBe(secretId)
    expect(keystone.count()).toBe(1)
  })

  it.each(['file:///etc/passwd', 'keystone:5000', 'http://'])('%j is no place to ask', async (authUrl) => {
    const asked = keys.describe({ credentials: password({ authUrl }) }, secretId)
    await expect(asked).rejects.toMatchObject({ code: 'invalid_argument' })
  })

  it('a service token goes to no endpoint that a Keystone of the context’s own names', async () => {
    const other = await KeyManager.open(BarbicanDriver, {
      auth_endpoint: keystone.url,
      send_service_user_token: true,
      barbican_service_user: { username: 's', password: 'service-secret' },
    })
    keystone.script(issued)
    const context = { credentials: password({ authUrl: `${keystone.url}/elsewhere` }) }
    await expect(other.describe(context, secretId)).rejects.toMatchObject({ code: 'permission_denied' })
    await other.close()
  })
})
