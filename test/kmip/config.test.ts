import { writeFile } from 'node:fs/promises'
import { symmetricKey } from '@chatelaine/core'
import { openKeyManager } from 'chatelaine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KmipServer, startKmipServer } from '../services/kmip-server.ts'
import { type TemporaryFolder, temporaryFolder } from '../services/temporary-folder.ts'

describe('a configuration file for the kmip backend', () => {
  let server: KmipServer
  let folder: TemporaryFolder

  beforeAll(async () => {
    server = await startKmipServer()
    folder = await temporaryFolder()
  })

  afterAll(async () => {
    await server.close()
    await folder.remove()
  })

  it('takes every option as text', async () => {
    const { ca, client } = server.certificates
    const lines = [
      '[key_manager]',
      'api_class = @chatelaine/kmip/KmipDriver',
      '[@chatelaine/kmip/KmipDriver]',
      `host = 127.0.0.1:1, 127.0.0.1`,
      `port = ${server.port}`,
      `keyfile = ${client.key}`,
      `certfile = ${client.cert}`,
      `ca_certs = ${ca}`,
      'username = user',
      'password = pass',
      'pkcs1_only = false',
      'version = 1.4',
      'timeout_ms = 2000',
      'pool = 2',
      'pool_idle_ms = 1000',
      'project_id = demo',
      'revoke_active = true',
    ]
    const file = folder.path('keys.conf')
    await writeFile(file, `${lines.join('\n')}\n`)
    const keys = await openKeyManager.fromFile(file, { import: (name: string) => import(name) })
    const id = await keys.store({ projectId: 'demo' }, symmetricKey(new Uint8Array(32)))
    expect(await keys.describe({ projectId: 'demo' }, id)).toMatchObject({ kind: 'symmetric', algorithm: 'AES' })
    await keys.close()
  })
})
