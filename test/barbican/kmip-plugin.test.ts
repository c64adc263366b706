import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { BarbicanDriver } from '@chatelaine/barbican'
import { KeyManager, opaque, passphrase, symmetricKey } from '@chatelaine/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Barbican, startBarbican, withoutBarbican } from '../services/barbican.ts'
import { freePort } from '../services/free-port.ts'
import { type CertificateFiles, selfSigned, signed } from '../services/openssl.ts'
import { type TemporaryFolder, temporaryFolder } from '../services/temporary-folder.ts'

describe.skipIf(withoutBarbican('kmip'))('Barbican in front of a KMIP device', () => {
  let folder: TemporaryFolder
  let device: ChildProcess
  let barbican: Barbican
  let keys: KeyManager

  beforeAll(async () => {
    folder = await temporaryFolder({ plain: ['pykmip.sqlite'] })
    const home = folder.path('')
    const authority = await selfSigned(home, 'authority')
    const client = await signed(home, 'client', 'clientAuth', authority)
    const port = await freePort()
    device = await startDevice(folder, port, authority, await signed(home, 'server', 'serverAuth', authority))
    barbican = await startBarbican({
      secretStore: 'kmip_plugin',
      extra: `[kmip_plugin]
host = 127.0.0.1
port = ${port}
certfile = ${client.cert}
keyfile = ${client.key}
ca_certs = ${authority.cert}`,
    })
    keys = await KeyManager.open(BarbicanDriver, {
      barbican_endpoint: barbican.url,
      key_manager: { auth_type: 'noauth', project_id: 'demo' },
    })
  })

  afterAll(async () => {
    await keys?.close()
    await barbican?.close()
    // The server has children, all of one process group.
    if (device?.pid !== undefined) process.kill(-device.pid, 'SIGKILL')
    await folder?.remove()
  })

  it('keeps a key, a passphrase and opaque data there, and has it make a key', async () => {
    const objects = [
      symmetricKey(new Uint8Array(32).fill(3), { name: 'on the device' }),
      passphrase('on the device too'),
      opaque(Buffer.from('and this')),
    ]
    for (const object of objects) {
      const id = await keys.store({}, object)
      expect((await keys.get({}, id)).value.equals(object.value)).toBe(true)
      await keys.delete({}, id)
      await expect(keys.get({}, id)).rejects.toMatchObject({ code: 'not_found' })
    }
    const made = await keys.createKey({}, { algorithm: 'AES', bitLength: 256 })
    expect((await keys.get({}, made)).value.length).toBe(32)
  })
})

async function startDevice(
  folder: TemporaryFolder,
  port: number,
  authority: CertificateFiles,
  server: CertificateFiles,
): Promise<ChildProcess> {
  const configuration = folder.path('pykmip.conf')
  await mkdir(folder.path('policy'))
  await writeFile(
    configuration,
    `[server]
hostname=127.0.0.1
port=${port}
certificate_path=${server.cert}
key_path=${server.key}
ca_path=${authority.cert}
auth_suite=TLS1.2
policy_path=${folder.path('policy')}
enable_tls_client_auth=True
logging_level=WARNING
database_path=${folder.path('pykmip.sqlite')}
`,
  )
  const args = ['-W', 'ignore', '/usr/bin/pykmip-server', '-f', configuration, '-l', folder.path('pykmip.log')]
  const device = spawn('/usr/bin/python3', args, { detached: true, stdio: 'ignore' })
  for (let attempt = 0; attempt < 300 && device.exitCode === null; attempt += 1) {
    const socket = connect(port, '127.0.0.1')
    const connected = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (connected) return device
    await delay(100)
  }
  throw new Error('PyKMIP does not listen')
}
