import { defineConformance } from '@chatelaine/conformance'
import { KeyManager, objectKinds, symmetricKey } from '@chatelaine/core'
import { KmipDriver } from '@chatelaine/kmip'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type KmipServer, startKmipServer } from '../services/kmip-server.ts'

// Version 2.1, pairs of EC keys and keys laid open are what PyKMIP does not have.
defineConformance(
  'kmip 2.1 on a server of our own',
  async () => {
    const server = await startKmipServer()
    const options = {
      host: `127.0.0.1:${server.port}`,
      keyfile: server.certificates.client.key,
      certfile: server.certificates.client.cert,
      ca_certs: server.certificates.ca,
      project_id: 'demo',
      revoke_active: true,
      pkcs1_only: true,
    }
    return {
      context: { projectId: 'demo' },
      stranger: { projectId: 'other' },
      open: () => KeyManager.open(KmipDriver, options),
      close: () => server.close(),
    }
  },
  {
    kinds: objectKinds,
    createKey: ['AES', 'DES-EDE3'],
    createKeyPair: ['RSA', 'EC'],
    wrap: ['AES-GCM'],
    expiration: true,
    health: true,
  },
)

const object = () => symmetricKey(new Uint8Array(32).fill(1))
const code = (wanted: string) => expect.objectContaining({ code: wanted })

describe('the kmip driver, on a server that misbehaves', () => {
  let server: KmipServer
  let keys: KeyManager

  beforeAll(async () => {
    server = await startKmipServer()
    const { ca, client } = server.certificates
    keys = await KeyManager.open(KmipDriver, {
      host: `127.0.0.1:${server.port}`,
      keyfile: client.key,
      certfile: client.cert,
      ca_certs: ca,
    })
  })

  afterAll(async () => {
    await keys.close({ timeoutMs: 1000 })
    await server.close()
  })

  afterEach(() => server.behave({}))

  it('a deadline in the middle is deadline_exceeded for a read, indeterminate for a store', async () => {
    const id = await keys.store({}, object())
    await server.behave({ silent: true })
    await expect(keys.get({}, id, { timeoutMs: 50 })).rejects.toThrow(code('deadline_exceeded'))
    await expect(keys.store({}, object(), { timeoutMs: 50 })).rejects.toThrow(code('indeterminate'))
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 30)
    await expect(keys.get({ signal: controller.signal }, id)).rejects.toThrow(code('aborted'))
  })

  it('a lost answer is unavailable for a read, indeterminate for a store', async () => {
    const id = await keys.store({}, object())
    await server.behave({ dropBeforeAnswer: true })
    await expect(keys.get({}, id)).rejects.toThrow(expect.objectContaining({ code: 'unavailable', retryable: true }))
    await expect(keys.store({}, object())).rejects.toThrow(
      expect.objectContaining({ code: 'indeterminate', retryable: false }),
    )
  })

  it('credentials that are refused are unauthenticated', async () => {
    await server.behave({ password: 'right' })
    await expect(keys.health()).rejects.toThrow(code('unauthenticated'))
    const { ca, client } = server.certificates
    const files = { keyfile: client.key, certfile: client.cert, ca_certs: ca }
    const options = { host: '127.0.0.1', port: server.port, username: 'u', ...files }
    await expect(KeyManager.open(KmipDriver, { ...options, password: 'wrong' })).rejects.toThrow(
      code('unauthenticated'),
    )
    const admitted = await KeyManager.open(KmipDriver, { ...options, password: 'right' })
    await admitted.close()
  })

  it('a context with a project needs the option project_id, and the error says so', async () => {
    await expect(keys.store({ projectId: 'demo' }, object())).rejects.toThrow(/project_id/)
    await expect(keys.get({ projectId: 'demo' }, 'object-000001')).rejects.toThrow(/project_id/)
  })
})
