// What a configuration says that is understood, but that its author ought to hear of.
import { writeFile } from 'node:fs/promises'
import { checkConfig, openKeyManager, readConfigFile } from 'chatelaine'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../services/temporary-folder.ts'

let folder: TemporaryFolder

beforeAll(async () => {
  folder = await temporaryFolder()
})

afterAll(() => folder.remove())

async function noticesOf(text: string): Promise<string> {
  const path = folder.path('chatelaine.conf')
  await writeFile(path, text)
  const { notices } = await checkConfig(await readConfigFile(path))
  return notices.join('\n').replaceAll(path, 'chatelaine.conf')
}

const barbican = '[key_manager]\nbackend = barbican\n[barbican]\nbarbican_endpoint = https://barbican.example.org\n'

const noted: readonly (readonly [string, string, string])[] = [
  [
    'a class path of castellan',
    barbican.replace('= barbican\n', '= castellan.key_manager.barbican_key_manager.BarbicanKeyManager\n'),
    'chatelaine.conf: [key_manager] backend: a class path of castellan is deprecated; write barbican',
  ],
  [
    'a deprecated name',
    `${barbican}[barbican_service_user]\nauth_plugin = password\n`,
    'chatelaine.conf: [barbican_service_user] auth_plugin: the name is deprecated; write auth_type',
  ],
  [
    'a fixed key',
    barbican.replace('backend', 'fixed_key = marker-of-a-secret\nbackend'),
    'chatelaine.conf: [key_manager] fixed_key: it is not served: there is no object of id 00000000-0000-0000-0000-000000000000',
  ],
  [
    'certificates that are not verified',
    `${barbican}verify_ssl = no\n`,
    '[barbican] verify_ssl: certificates are not verified, and anybody can pose as Barbican',
  ],
  [
    'certificates that are not verified, in keystoneauth’s words',
    `${barbican}insecure = yes\n`,
    '[barbican] insecure: certificates are not verified, and anybody can pose as Barbican',
  ],
  [
    'a Barbican that believes everybody',
    barbican.replace('backend', 'auth_type = noauth\nbackend'),
    '[key_manager] auth_type: with noauth, Barbican believes whoever reaches it',
  ],
  [
    'a server at the far end of a network without TLS',
    barbican.replace('https', 'http'),
    '[barbican] barbican_endpoint: without TLS, tokens and values can be read on the way',
  ],
  [
    'a PIN that is tried although that may be once too often',
    '[key_manager]\napi_class = pkcs11\n[pkcs11]\nlibrary_path = /module.so\nslot_id = 0\nfinal_try = yes\n',
    '[pkcs11] final_try: a wrong PIN can lock the token for good',
  ],
]

describe('the author of a configuration is told of', () => {
  for (const [title, text, notice] of noted) {
    it(title, async () => {
      expect(await noticesOf(text)).toBe(notice)
    })
  }

  it('nothing where there is nothing to tell', async () => {
    expect(await noticesOf(barbican)).toBe('')
    expect(await noticesOf(barbican.replace('https://barbican.example.org', 'http://127.0.0.1:9311'))).toBe('')
  })
})

it('opening says the same by a warning of Node, and never shows a value', async () => {
  const warnings: string[] = []
  const onWarning = (warning: Error) => void warnings.push(`${warning.name}: ${warning.message}`)
  process.on('warning', onWarning)
  onTestFinished(() => void process.off('warning', onWarning))
  const path = folder.path('open.conf')
  const local = '[local]\ndatabase = keys.db\nmaster_key_file = m.jwk\nautogen_master_key = true\n'
  await writeFile(path, `[key_manager]\nfixed_key = marker-of-a-secret\napi_class = local\n${local}`)
  await (await openKeyManager.fromFile(path)).close()
  await new Promise(setImmediate)
  expect(warnings.join('\n')).toMatch(/^ChatelaineWarning: .*open\.conf: \[key_manager\] fixed_key: it is not served/)
  expect(warnings.join('\n')).not.toContain('marker-of-a-secret')
})

it('auth_section names the section that has the rest of the service user, among options of its owner', async () => {
  const path = folder.path('section.conf')
  const service = '[barbican_service_user]\nauth_section = keystone_authtoken\n'
  const owner = '[keystone_authtoken]\nusername = nova\npassword = pw\nmemcached_servers = 192.0.2.7:11211\n'
  await writeFile(path, `${barbican}${service}${owner}`)
  const { options } = await checkConfig(await readConfigFile(path))
  expect(options).toMatchObject({ barbican_service_user: { username: 'nova', password: 'pw' } })
  await writeFile(path, `${barbican}${service}`)
  await expect(checkConfig(await readConfigFile(path))).rejects.toThrow(
    /\[barbican_service_user\] auth_section: there is no section \[keystone_authtoken\]/,
  )
})

it('system_scope is refused with its reason', async () => {
  const path = folder.path('system.conf')
  await writeFile(path, `${barbican}[barbican_service_user]\nsystem_scope = all\n`)
  await expect(checkConfig(await readConfigFile(path))).rejects.toThrow(
    /system_scope: a token of system scope has no project/,
  )
})
