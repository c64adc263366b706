import { defineConformance } from '@chatelaine/conformance'
import { type Capabilities, KeyManager, objectKinds } from '@chatelaine/core'
import { LocalDriver } from '@chatelaine/local'
import { temporaryFolder } from '../services/temporary-folder.ts'

const expected: Capabilities = {
  kinds: objectKinds,
  createKey: ['AES', 'DES-EDE3', 'HMAC', 'HMAC-SHA1', 'HMAC-SHA224', 'HMAC-SHA256', 'HMAC-SHA384', 'HMAC-SHA512'],
  createKeyPair: ['RSA', 'RSA-PSS', 'EC', 'Ed25519', 'X25519'],
  wrap: ['AES-KWP'],
  nonExtractable: true,
  chosenIds: true,
  consumers: true,
  expiration: true,
  health: true,
  maxValueLength: 1_048_576,
}

defineConformance(
  'local',
  async () => {
    const folder = await temporaryFolder()
    const options = {
      database: folder.path('keys.db'),
      master_key_file: folder.path('master.jwk'),
      autogen_master_key: true,
    }
    return {
      context: { projectId: 'demo' },
      stranger: { projectId: 'other' },
      pagedObjects: 600,
      open: () => KeyManager.open(LocalDriver, options),
      close: folder.remove,
    }
  },
  expected,
)
