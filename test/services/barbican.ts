import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { type Keystone, requestLog, startKeystone } from './keystone.ts'
import { hasModules, serve } from './openstack/python.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A Barbican of its own, in a temporary folder. */
export interface Barbican {
  readonly url: string
  /** `GET /v1/secrets` and the like, in the order they were answered, with their status before them. */
  readonly requests: () => Promise<string[]>
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
  readonly close: () => Promise<void>
}

/** How a Barbican differs from the usual one. */
export interface BarbicanSettings {
  /** Authenticates by this Keystone; without, Barbican believes X-Project-Id. */
  readonly keystoneUrl?: string
  readonly port?: number
  /** Orders wait for a worker that does not exist. */
  readonly queue?: boolean
  /** The plugin that keeps the secrets. */
  readonly secretStore?: string
  /** More sections. */
  readonly extra?: string
}

/** Whether the packages are installed; where they are not, that fails under CI and skips, visibly, elsewhere. */
export function withoutBarbican(...more: string[]): boolean {
  if (hasModules('barbican', 'keystone', 'waitress', ...more)) return false
  const install = 'apt-get install python3-barbican python3-keystone python3-castellan python3-pykmip'
  if (process.env.CI) throw new Error(`Barbican is missing: ${install}`)
  console.warn(`skipped, Barbican is missing: ${install}`)
  return true
}

export async function startBarbican(settings: BarbicanSettings = {}): Promise<Barbican> {
  const { path, remove } = await temporaryFolder()
  const folder = path('')
  const port = settings.port ?? (await freePort())
  const url = `http://127.0.0.1:${port}`
  await mkdir(join(folder, '.barbican'))
  await mkdir(join(folder, 'policy.d'))
  await writeFile(join(folder, '.barbican', 'barbican.conf'), configuration(folder, settings))
  await writeFile(join(folder, 'paste.ini'), pipelines(folder, settings))
  const start = () => serve('barbican', port, folder, `${url}/healthcheck`)
  let server = await start()
  return {
    url,
    requests: async () =>
      (await requestLog(join(folder, 'barbican-requests.log'))).filter((line) => !line.includes('/healthcheck')),
    stop: () => server.stop(),
    start: async () => {
      server = await start()
    },
    close: async () => {
      await server.stop()
      await remove()
    },
  }
}

/** Both, knowing of each other. */
export async function startBarbicanWithKeystone(
  tokenSeconds?: number,
): Promise<{ barbican: Barbican; keystone: Keystone; close: () => Promise<void> }> {
  const port = await freePort()
  const keystone = await startKeystone(`http://127.0.0.1:${port}`, tokenSeconds)
  const barbican = await startBarbican({ keystoneUrl: keystone.url, port })
  return {
    barbican,
    keystone,
    close: async () => {
      await barbican.close()
      await keystone.close()
    },
  }
}

// host_href is left as it is by default, and wrong: references are not to be trusted.
function configuration(folder: string, { keystoneUrl, queue, secretStore, extra = '' }: BarbicanSettings): string {
  return `
[DEFAULT]
log_file = ${folder}/barbican.log
sql_connection = sqlite:///${folder}/barbican.sqlite
db_auto_create = True
${queue ? 'transport_url = fake:/' : ''}
[oslo_policy]
policy_dirs = ${folder}/policy.d
[secretstore]
enabled_secretstore_plugins = ${secretStore ?? 'store_crypto'}
[crypto]
enabled_crypto_plugins = simple_crypto
[simple_crypto_plugin]
kek = YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXoxMjM0NTY=
[queue]
enable = ${queue ? 'True' : 'False'}
[keystone_authtoken]
www_authenticate_uri = ${keystoneUrl}/v3
auth_url = ${keystoneUrl}/v3
auth_type = password
username = barbican
password = barbican-pw
user_domain_name = Default
project_name = service
project_domain_name = Default
service_token_roles_required = True
${extra}
`
}

function pipelines(folder: string, { keystoneUrl }: BarbicanSettings): string {
  const context = keystoneUrl === undefined ? 'unauthenticated-context' : 'authtoken context'
  return `
[composite:main]
use = egg:Paste#urlmap
/: barbican_version
/healthcheck: healthcheck
/v1: api
[pipeline:barbican_version]
pipeline = microversion versionapp
[pipeline:api]
pipeline = ${context} microversion apiapp
[app:apiapp]
paste.app_factory = barbican.api.app:create_main_app
[app:versionapp]
paste.app_factory = barbican.api.app:create_version_app
[app:healthcheck]
paste.app_factory = oslo_middleware:Healthcheck.app_factory
backends = disable_by_file
disable_by_file_path = ${folder}/healthcheck_disable
[filter:unauthenticated-context]
paste.filter_factory = barbican.api.middleware.context:UnauthenticatedContextMiddleware.factory
[filter:context]
paste.filter_factory = barbican.api.middleware.context:ContextMiddleware.factory
[filter:microversion]
paste.filter_factory = barbican.api.middleware.microversion:MicroversionMiddleware.factory
[filter:authtoken]
paste.filter_factory = keystonemiddleware.auth_token:filter_factory
`
}
