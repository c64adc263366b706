import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { BarbicanDriver } from '@chatelaine/barbican'
import { KeyManager } from '@chatelaine/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { selfSigned } from '../services/openssl.ts'
import { type TemporaryFolder, temporaryFolder } from '../services/temporary-folder.ts'
import { type ScriptedServer, startScripted } from './scripted-server.ts'

describe('Barbican over TLS', () => {
  let folder: TemporaryFolder
  let cert: string
  let server: ScriptedServer

  const open = (options: object = {}) => KeyManager.open(BarbicanDriver, { barbican_endpoint: server.url, ...options })

  beforeAll(async () => {
    folder = await temporaryFolder()
    const files = await selfSigned(folder.path(''), 'barbican')
    cert = files.cert
    server = await startScripted({ key: await readFile(files.key, 'utf8'), cert: await readFile(cert, 'utf8') })
  })

  afterAll(async () => {
    await server.close()
    await folder.remove()
  })

  it('a certificate that nobody vouches for is refused, and not tried again', async () => {
    await expect(open()).rejects.toMatchObject({
      code: 'unavailable',
      retryable: false,
      message: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
    })
  })

  it.each(['verify_ssl_path', 'cafile'])('%s says who vouches for it', async (option) => {
    await (await open({ [option]: cert })).close()
  })

  it.each([{ verify_ssl: false }, { insecure: true }])(
    '%o turns verification off, and must be said',
    async (options) => {
      await (await open(options)).close()
    },
  )

  it('a certificate for another host is refused', async () => {
    const url = server.url.replace('127.0.0.1', 'localhost')
    const opening = KeyManager.open(BarbicanDriver, { barbican_endpoint: url, verify_ssl_path: cert })
    await expect(opening).rejects.toMatchObject({ code: 'unavailable', retryable: false })
  })

  it('a file that is not there, or is no PEM, is an error that names the option', async () => {
    for (const path of [folder.path('absent.pem'), fileURLToPath(import.meta.url)]) {
      await expect(open({ keyfile: path })).rejects.toMatchObject({
        code: 'invalid_argument',
        message: expect.stringContaining('keyfile'),
      })
    }
  })
})
