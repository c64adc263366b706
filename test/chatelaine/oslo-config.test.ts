// The same files, read by oslo.config with castellan's options and by Chatelaine: both must understand the same.
import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { checkConfig, readConfigFile } from 'chatelaine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withoutBarbican } from '../services/barbican.ts'
import { runPython } from '../services/openstack/python.ts'
import { type TemporaryFolder, temporaryFolder } from '../services/temporary-folder.ts'

const exec = promisify(execFile)
const reader = fileURLToPath(new URL('../services/openstack/oslo_config_reader.py', import.meta.url))

let folder: TemporaryFolder

beforeAll(async () => {
  folder = await temporaryFolder()
})

afterAll(() => folder.remove())

type Sections = Readonly<Record<string, Readonly<Record<string, unknown>>>>

async function seenByOslo(path: string): Promise<Sections> {
  const { key_manager, barbican, barbican_service_user } = JSON.parse(await runPython(reader, [path])) as Sections
  const { backend: _, ...credentials } = key_manager ?? {}
  return { barbican: { ...barbican }, key_manager: credentials, barbican_service_user: { ...barbican_service_user } }
}

async function seenByUs(path: string): Promise<Sections> {
  const { options, apiClass } = await checkConfig(await readConfigFile(path))
  expect(apiClass.section).toBe('barbican')
  const { key_manager = {}, barbican_service_user = {}, ...barbican } = options as Sections
  return { barbican, key_manager, barbican_service_user }
}

const files: Readonly<Record<string, string>> = {
  'what installers write': `[DEFAULT]
debug = True
transport_url = rabbit://openstack:pa$$word@192.0.2.7:5672//
[key_manager]
backend = barbican
[barbican]
auth_endpoint = https://keystone.example.org:5000
barbican_endpoint_type = internal
verify_ssl_path = /etc/ssl/certs/ca-certificates.crt
barbican_region_name =
[keystone_authtoken]
www_authenticate_uri = https://keystone.example.org:5000
memcached_servers = 192.0.2.7:11211,192.0.2.8:11211
`,
  'spelling: colons, quotes, case of words and sections, CRLF': `[Key_Manager]\r
backend: 'castellan.key_manager.barbican_key_manager.BarbicanKeyManager'\r
[BARBICAN]\r
barbican_endpoint : https://barbican.example.org:9311/a=b\r
verify_ssl: TRUE\r
insecure = off\r
collect_timing = 0\r
retry_delay =  5 \r
barbican_region_name = "Region One"\r
`,
  'comments, indented lines, and words behind a value': `# a comment
; another
[key_manager]
# api_class = nothing
api_class = barbican
password = first line
  second line
	third line

username = x # no comment
[barbican]
`,
  'dollar signs': String.raw`[DEFAULT]
stem = unused
[key_manager]
backend = barbican
auth_type = keystone_password
username = app
password = a\$b$$c$$d
user_domain_name = Default
project_domain_name = $user_domain_name
project_name = $username-$key_manager.username
[barbican]
auth_endpoint = https://keystone.example.org/$key_manager.username
`,
  'the service user, under its deprecated names': `[key_manager]
backend = barbican
[barbican]
send_service_user_token = on
[barbican_service_user]
auth_plugin = password
auth_url = https://keystone.example.org/v3
user-name = barbican
password = s3cret
tenant_name = service
user_domain_name = Default
project_domain_name = Default
timeout = 30
`,
  'a deprecated name beside the current one': `[key_manager]
backend = barbican
[barbican_service_user]
username = current
user_name = old
`,
}

describe.skipIf(withoutBarbican('castellan'))('oslo.config and Chatelaine read the same from', () => {
  for (const [title, text] of Object.entries(files)) {
    it(title, async () => {
      const path = folder.path('castellan.conf')
      await writeFile(path, text)
      expect(await seenByUs(path)).toEqual(await seenByOslo(path))
    })
  }

  it('the sample of every option of Keystone, Barbican, castellan and their libraries, with values filled in', async () => {
    const path = folder.path('keystone.conf')
    const namespaces = ['keystone', 'castellan.config', 'oslo.messaging', 'oslo.log', 'oslo.cache', 'oslo.policy']
    const plugins = ['barbican.common.config', 'barbican.plugin.crypto', 'keystonemiddleware.auth_token']
    const args = [...namespaces, ...plugins].flatMap((namespace) => ['--namespace', namespace])
    const { stdout } = await exec('/usr/bin/oslo-config-generator', args, { maxBuffer: 16 * 1024 * 1024 })
    expect(stdout.match(/^\[/gm)?.length).toBeGreaterThan(40)
    await writeFile(path, filledIn(stdout))
    const seen = await seenByUs(path)
    expect(seen).toEqual(await seenByOslo(path))
    expect(Object.keys({ ...seen.barbican, ...seen.key_manager }).length).toBeGreaterThan(20)
  })
})

const values: Readonly<Record<string, string>> = {
  barbican_endpoint: 'https://barbican.example.org:9311',
  barbican_api_version: 'v1',
  auth_url: 'https://keystone.example.org:5000/v3',
  auth_endpoint: 'https://keystone.example.org:5000/v3',
  auth_type: 'keystone_password',
  timeout: '60',
}

// As an administrator does it: the comment sign goes, and what has no default gets a value. Options that may be given
// several times, as other programs' sections have them, are given twice.
function filledIn(sample: string): string {
  let section = ''
  return sample
    .split('\n')
    .flatMap((line) => {
      section = /^\[(.+)\]$/.exec(line)?.[1] ?? section
      const [, option = '', value = ''] = /^#(\w+) = (.*)$/.exec(line) ?? []
      if (option === '') return [line]
      if (!/^(key_manager|barbican|barbican_service_user)$/.test(section)) return [`${option} = a`, `${option} = b`]
      if (option === 'auth_section' || (section !== 'key_manager' && option === 'auth_type')) return [line]
      return [`${option} = ${value === '<None>' ? (values[option] ?? `/a/${option}`) : value}`]
    })
    .join('\n')
}
