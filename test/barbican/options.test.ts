import { execFileSync } from 'node:child_process'
import { BarbicanDriver } from '@chatelaine/barbican'
import { type DriverClass, KeyManager } from '@chatelaine/core'
import { checkConfig, sampleConfig } from 'chatelaine'
import { describe, expect, it } from 'vitest'
import { withoutBarbican } from '../services/barbican.ts'

const driverClass: DriverClass<never> = BarbicanDriver as unknown as DriverClass<never>

function properties(): Record<
  string,
  { origin?: string; secret?: boolean; description?: string; properties?: object }
> {
  const schema = driverClass.options['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
  return schema.properties as never
}

// What castellan and keystoneauth themselves say that their options are.
const script = `
import json
from castellan.common import utils
from castellan.key_manager import barbican_key_manager as b
from keystoneauth1 import loading
names = lambda options: [o.dest for o in options]
session = names(loading.get_session_conf_options())
plugins = [names(loading.get_auth_plugin_conf_options(p)) for p in ('password', 'v3password', 'v3token')]
print(json.dumps({
  'barbican': names(b._barbican_opts) + session,
  'key_manager': names(utils.credential_opts),
  'barbican_service_user': session + sum(plugins, []),
}))`

describe('the options', () => {
  it.skipIf(withoutBarbican('castellan'))('have every name that castellan and keystoneauth have', () => {
    const theirs = JSON.parse(execFileSync('/usr/bin/python3', ['-W', 'ignore', '-c', script]).toString()) as Record<
      string,
      string[]
    >
    const { key_manager, barbican_service_user, ...barbican } = properties()
    const known: Record<string, string[]> = {
      barbican: Object.keys(barbican),
      key_manager: Object.keys(key_manager?.properties ?? {}),
      barbican_service_user: Object.keys(barbican_service_user?.properties ?? {}),
    }
    // Tokens for the whole system, not for a project, are of no use to Barbican.
    const useless = ['system_scope']
    for (const [section, names] of Object.entries(theirs)) {
      expect(names.filter((name) => !known[section]?.includes(name) && !useless.includes(name))).toEqual([])
    }
  })

  it('all say what they mean and whose name they have', () => {
    for (const [name, { description, origin }] of Object.entries(properties())) {
      expect([name, description?.length ?? 0]).not.toEqual([name, 0])
      expect(['castellan', 'keystoneauth', 'barbican', 'chatelaine']).toContain(origin)
    }
  })

  it('that are secret are marked', () => {
    const { key_manager, barbican_service_user } = properties()
    for (const section of [key_manager, barbican_service_user]) {
      const secrets = Object.entries(section?.properties ?? {}).filter(([, each]) => (each as { secret?: true }).secret)
      expect(secrets.map(([name]) => name).sort((one, other) => (one < other ? -1 : 1))).toEqual(['password', 'token'])
    }
  })

  it.each([
    [{ barbican_endpont: 'http://x' }, 'barbican_endpont'],
    [{ barbican_endpoint: 'ftp://x' }, 'barbican_endpoint'],
    [{ barbican_api_version: 'v2' }, 'barbican_api_version'],
    [{ key_manager: { auth_type: 'keystone_password', username: 'x' } }, 'needs password'],
    [{ key_manager: { auth_type: 'password', password: 'x' } }, 'needs username'],
    [{ key_manager: { auth_type: 'token' } }, 'needs token'],
    [{ key_manager: { auth_type: 'noauth' } }, 'barbican_endpoint'],
    [{ send_service_user_token: true }, 'barbican_service_user'],
  ])('%j is refused, and the error says why', async (options, why) => {
    await expect(KeyManager.open(BarbicanDriver, options)).rejects.toMatchObject({
      code: 'invalid_argument',
      message: expect.stringContaining(why),
    })
  })

  it('of a castellan.conf are read from their sections', async () => {
    const { options, apiClass } = await checkConfig({
      folder: '/',
      file: 'castellan.conf',
      dollarRules: 'oslo',
      sections: {
        key_manager: {
          api_class: 'castellan.key_manager.barbican_key_manager.BarbicanKeyManager',
          auth_type: 'keystone_password',
          username: 'u',
          password: 'p',
          reauthenticate: 'False',
        },
        barbican: { verify_ssl: 'no', timeout: '5', verify_ssl_path: 'ca.pem' },
        barbican_service_user: { auth_type: 'password', username: 's' },
      },
    })
    expect(apiClass.section).toBe('barbican')
    expect(options).toMatchObject({
      verify_ssl: false,
      timeout: 5,
      verify_ssl_path: '/ca.pem',
      key_manager: { username: 'u', reauthenticate: false },
      barbican_service_user: { username: 's' },
    })
    expect(await sampleConfig('barbican')).toContain('[barbican_service_user]')
  })
})
