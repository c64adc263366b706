import { defineConformance } from '@chatelaine/conformance'
import { type Capabilities, KeyManager } from '@chatelaine/core'
import { Pkcs11Driver } from '@chatelaine/pkcs11'
import { nssInstalled, startNss } from '../services/nss.ts'
import { newChosenId } from './chosen-id.ts'

const expected: Capabilities = {
  kinds: ['symmetric', 'public', 'private', 'certificate'],
  createKey: ['AES', 'DES-EDE3', 'generic'],
  createKeyPair: ['RSA', 'EC'],
  nonExtractable: true,
  chosenIds: true,
  wrap: ['AES-KWP', 'AES-GCM'],
  health: true,
}

if (nssInstalled) {
  defineConformance(
    'pkcs11 on NSS',
    async () => {
      const nss = await startNss()
      return {
        context: { projectId: 'demo' },
        stranger: { projectId: 'other' },
        chosenId: newChosenId,
        pagedObjects: 150,
        open: () => KeyManager.open(Pkcs11Driver, { ...nss.options, project_id: 'demo' }),
        close: nss.close,
      }
    },
    expected,
    {},
  )
}
