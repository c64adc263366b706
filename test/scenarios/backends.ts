import { startBarbican, withoutBarbican } from '../services/barbican.ts'
import { pykmipInstalled, startPyKmip } from '../services/pykmip.ts'
import { pin, softHsmInstalled, softHsmLibrary, startSoftHsm } from '../services/softhsm.ts'
import type { TemporaryFolder } from '../services/temporary-folder.ts'

/** A backend that runs, and the configuration file of an application that uses it. */
export interface RunningBackend {
  readonly config: string
  readonly close: () => Promise<void>
}

type Start = (folder: TemporaryFolder) => Promise<RunningBackend>

/** Every backend that is installed, by its short name, on the real thing. */
export const backends: Readonly<Record<string, Start>> = {
  local,
  ...(softHsmInstalled && { pkcs11 }),
  ...(pykmipInstalled && { kmip }),
  ...(!withoutBarbican() && { barbican }),
}

async function local(): Promise<RunningBackend> {
  const config = `[key_manager]
api_class = local
[local]
database = keys.db
master_key_file = master.jwk
autogen_master_key = true
`
  return { config, close: async () => {} }
}

async function pkcs11(): Promise<RunningBackend> {
  const hsm = await startSoftHsm('scenario')
  const config = `[key_manager]
api_class = pkcs11
[pkcs11]
library_path = ${softHsmLibrary}
token_labels = scenario
login = ${pin}
project_id = demo
`
  return { config, close: () => hsm.close() }
}

async function kmip(): Promise<RunningBackend> {
  const server = await startPyKmip()
  const { port, certificates } = server
  const config = `[key_manager]
api_class = kmip
[kmip]
host = 127.0.0.1
port = ${port}
keyfile = ${certificates.client.key}
certfile = ${certificates.client.cert}
ca_certs = ${certificates.ca}
project_id = demo
revoke_active = true
`
  return { config, close: () => server.close() }
}

async function barbican(): Promise<RunningBackend> {
  const { url, close } = await startBarbican()
  const config = `[key_manager]
api_class = barbican
auth_type = noauth
[barbican]
barbican_endpoint = ${url}
`
  return { config, close }
}
