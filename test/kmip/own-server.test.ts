import { defineConformance } from '@chatelaine/conformance'
import { KeyManager, objectKinds } from '@chatelaine/core'
import { KmipDriver } from '@chatelaine/kmip'
import { startKmipServer } from '../services/kmip-server.ts'

// Version 2.1, pairs of EC keys and keys laid open are what PyKMIP does not have.
defineConformance(
  'kmip 2.1, on a server that lays keys open',
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
      close: server.close,
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
