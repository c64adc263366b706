import { defineConformance } from '@chatelaine/conformance'
import { type Capabilities, KeyManager, objectKinds } from '@chatelaine/core'
import { KmipDriver } from '@chatelaine/kmip'
import { describe } from 'vitest'
import { pykmipInstalled, startPyKmip } from '../services/pykmip.ts'

const expected: Capabilities = {
  kinds: objectKinds,
  createKey: ['AES', 'DES-EDE3'],
  createKeyPair: ['RSA', 'EC'],
  expiration: true,
  health: true,
}

const noCurves = 'PyKMIP makes RSA pairs only'
const deviations = {
  'createKeyPair makes two halves that fit, EC 256': noCurves,
  'createKeyPair makes two halves that fit, EC 384': noCurves,
  'createKeyPair makes two halves that fit, EC 521': noCurves,
}

describe.skipIf(!pykmipInstalled)('against PyKMIP', () => {
  for (const version of ['1.0', '1.1', '1.2', '1.3', '1.4', '2.0'] as const) {
    const sealing = version === '1.4' || version === '2.0'
    defineConformance(
      `kmip ${version} on PyKMIP`,
      async () => {
        const server = await startPyKmip()
        const options = {
          host: '127.0.0.1',
          port: server.port,
          keyfile: server.certificates.client.key,
          certfile: server.certificates.client.cert,
          ca_certs: server.certificates.ca,
          project_id: 'demo',
          revoke_active: true,
          version,
        }
        return {
          context: { projectId: 'demo' },
          stranger: { projectId: 'other' },
          pagedObjects: 40,
          open: () => KeyManager.open(KmipDriver, options),
          close: () => server.close(),
        }
      },
      { ...expected, ...(sealing && { wrap: ['AES-GCM'] }) },
      deviations,
    )
  }
})
