import { defineConformance } from '@chatelaine/conformance'
import { type Capabilities, KeyManager, passphrase, SecretBytes, symmetricKey } from '@chatelaine/core'
import { Pkcs11Driver } from '@chatelaine/pkcs11'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Nss, nssInstalled, startNss } from '../services/nss.ts'
import { newChosenId } from './chosen-id.ts'
import { codeOf, names } from './outcome.ts'

const expected: Capabilities = {
  kinds: ['symmetric', 'public', 'private', 'certificate'],
  createKey: ['AES', 'DES-EDE3', 'generic'],
  createKeyPair: ['RSA', 'EC'],
  nonExtractable: true,
  chosenIds: true,
  wrap: ['AES-KWP', 'AES-GCM'],
  health: true,
}

const noPlace = 'PKCS#11 has no key type of its own for RSA-PSS'
const noEdwards = 'NSS 3.87 has no Edwards curve'
const noLength = 'NSS does not tell the length of an HMAC key before it gives it out'

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
        open: () => KeyManager.open(Pkcs11Driver, { ...nss.options, project_id: 'demo', export_wrapped: true }),
        close: nss.close,
      }
    },
    expected,
    {
      'store and get keep a symmetric key, DES-EDE3 192': 'NSS sets the parity bits',
      'store and get keep a symmetric key, HMAC-SHA1 160': noLength,
      'store and get keep a symmetric key, HMAC-SHA256 256': noLength,
      'store and get keep a symmetric key, HMAC-SHA512 512': noLength,
      'store and get keep a private key, RSA-PSS 2048': noPlace,
      'store and get keep a public key, RSA-PSS 2048': noPlace,
      ...Object.fromEntries(
        ['private', 'public'].flatMap((half) =>
          ['Ed25519', 'X25519'].map((algorithm) => [`store and get keep a ${half} key, ${algorithm}`, noEdwards]),
        ),
      ),
    },
  )
}

describe.runIf(nssInstalled)('a token that keeps its keys', () => {
  let nss: Nss
  let keys: KeyManager

  beforeAll(async () => {
    nss = await startNss()
    keys = await KeyManager.open(Pkcs11Driver, nss.options)
  })

  afterAll(async () => {
    await keys?.close()
    await nss?.close()
  })

  it('refuses what it could not give out again, and keeps nothing of it', async () => {
    const key = symmetricKey(new Uint8Array(32).fill(1))
    expect(await codeOf(keys.store({}, key))).toBe('unsupported')
    expect(await codeOf(keys.createKey({}, { algorithm: 'AES', bitLength: 256 }))).toBe('unsupported')
    expect(await codeOf(keys.createKeyPair({}, { algorithm: 'RSA', bitLength: 2048 }))).toBe('unsupported')
    expect(await names(keys)).toEqual([])
  })

  it('takes keys that are not to leave it, and works with them', async () => {
    const spec = { algorithm: 'AES', bitLength: 256, extractable: false, name: 'stays' }
    const id = await keys.createKey({}, spec)
    expect(await codeOf(keys.get({}, id))).toBe('not_extractable')
    expect(await keys.describe({}, id)).toMatchObject(spec)
    const secret = SecretBytes.fromText('wrapped where the key is')
    expect((await keys.unwrap({}, id, await keys.wrap({}, id, secret))).equals(secret)).toBe(true)
    const pair = await keys.createKeyPair({}, { algorithm: 'EC', bitLength: 256, extractable: false, name: 'pair' })
    expect(await codeOf(keys.get({}, pair.privateId))).toBe('not_extractable')
    expect((await keys.get({}, pair.publicId)).name).toBe('pair')
  })

  it('has no place for data, which is unsupported', async () => {
    expect(await codeOf(keys.store({}, passphrase('nowhere to go')))).toBe('unsupported')
  })
})
