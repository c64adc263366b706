import { defineConformance } from '@chatelaine/conformance'
import { type Capabilities, KeyManager, objectKinds } from '@chatelaine/core'
import { Pkcs11Driver } from '@chatelaine/pkcs11'
import { pin, softHsmInstalled, softHsmLibrary, startSoftHsm } from '../services/softhsm.ts'
import { newChosenId } from './chosen-id.ts'

const expected: Capabilities = {
  kinds: objectKinds,
  createKey: ['AES', 'DES-EDE3', 'generic'],
  createKeyPair: ['RSA', 'EC', 'Ed25519'],
  // SoftHSM's C_WrapKey loses the length of what is no multiple of eight bytes; it unwraps RFC 5649 as it should.
  wrap: ['AES-GCM', 'AES-KWP'],
  nonExtractable: true,
  chosenIds: true,
  health: true,
}

const noPlace = 'PKCS#11 has no key type of its own for RSA-PSS'
const noX25519 = 'SoftHSM 2.6 has no X25519'

if (softHsmInstalled) {
  defineConformance(
    'pkcs11 on SoftHSM',
    async () => {
      const hsm = await startSoftHsm('conformance')
      return {
        context: { projectId: 'demo' },
        stranger: { projectId: 'other' },
        chosenId: newChosenId,
        open: () =>
          KeyManager.open(Pkcs11Driver, {
            library_path: softHsmLibrary,
            token_labels: ['conformance'],
            login: pin,
            project_id: 'demo',
          }),
        close: hsm.close,
      }
    },
    expected,
    {
      'store and get keep a private key, RSA-PSS 2048': noPlace,
      'store and get keep a public key, RSA-PSS 2048': noPlace,
      'store and get keep a private key, X25519': noX25519,
      'store and get keep a public key, X25519': noX25519,
    },
  )
}
