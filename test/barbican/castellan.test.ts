import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import {
  certificate,
  type KeyManager,
  type NewObject,
  opaque,
  openKeyManager,
  passphrase,
  privateKey,
  publicKey,
  symmetricKey,
} from 'chatelaine'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { testCertificate } from '../fixtures/certificate.ts'
import { startBarbicanWithKeystone, withoutBarbican } from '../services/barbican.ts'
import { runPython } from '../services/openstack/python.ts'
import { type TemporaryFolder, temporaryFolder } from '../services/temporary-folder.ts'

const script = fileURLToPath(new URL('../services/openstack/castellan_client.py', import.meta.url))
const { privateKey: rsaPrivate, publicKey: rsaPublic } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const { privateKey: ecPrivate } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

const objects: readonly (readonly [string, NewObject])[] = [
  ['a symmetric key', symmetricKey(new Uint8Array(32).fill(0xa5), { name: 'symmetric' })],
  ['a private key', privateKey(rsaPrivate, { name: 'private' })],
  ['a private EC key', privateKey(ecPrivate, { name: 'private ec' })],
  ['a public key', publicKey(rsaPublic, { name: 'public' })],
  ['a certificate', certificate(testCertificate, { name: 'certificate' })],
  ['a passphrase', passphrase(' pässword 🔑\n', { name: 'passphrase' })],
  [
    'opaque data',
    opaque(
      Uint8Array.from({ length: 256 }, (_, index) => index),
      { name: 'opaque' },
    ),
  ],
]

// Barbican takes 20 ms for a request and does one at a time; on a busy machine that adds up.
vi.setConfig({ testTimeout: 120_000 })

describe.skipIf(withoutBarbican('castellan'))('castellan and Chatelaine with the same castellan.conf', () => {
  let folder: TemporaryFolder
  let conf: string
  let keys: KeyManager
  let close: () => Promise<void>

  const castellan = async (...steps: object[]): Promise<unknown[]> =>
    JSON.parse(await runPython(script, [conf, JSON.stringify(steps)])) as unknown[]

  beforeAll(async () => {
    const started = await startBarbicanWithKeystone()
    close = started.close
    folder = await temporaryFolder()
    conf = folder.path('castellan.conf')
    await writeFile(conf, castellanConf(started.keystone.url, started.barbican.url))
    keys = await openKeyManager.fromFile(conf)
  })

  afterAll(async () => {
    await keys?.close()
    await close?.()
    await folder.remove()
  })

  it('castellan reads what Chatelaine stored, of every kind', async () => {
    const ids = []
    for (const [, object] of objects) ids.push(await keys.store({}, object))
    const read = await castellan(...ids.map((id) => ({ do: 'get', id })))
    expect(read).toEqual(objects.map(([, object]) => seenByCastellan(object)))
    for (const id of ids) await keys.delete({}, id)
  })

  it('Chatelaine reads what castellan stored, of every kind', async () => {
    const ids = await castellan(...objects.map(([, object]) => ({ do: 'store', ...seenByCastellan(object) })))
    for (const [index, [, object]] of objects.entries()) {
      const { value, ...spec } = object
      const got = await keys.get({}, String(ids[index]))
      expect(got).toMatchObject(spec)
      expect(Buffer.from(got.value.reveal())).toEqual(Buffer.from(value.reveal()))
    }
    for (const id of ids) await keys.delete({}, String(id))
  })

  it('keys that castellan had made are read, and keys that Chatelaine had made', async () => {
    const [theirs, pair] = (await castellan(
      { do: 'create_key', algorithm: 'aes', bitLength: 256, name: 'theirs' },
      { do: 'create_key_pair', algorithm: 'rsa', bitLength: 2048, name: 'their pair' },
    )) as [string, [string, string]]
    expect(await keys.get({}, theirs)).toMatchObject({
      kind: 'symmetric',
      algorithm: 'AES',
      bitLength: 256,
      name: 'theirs',
    })
    expect(await keys.get({}, pair[0])).toMatchObject({ kind: 'private', algorithm: 'RSA', bitLength: 2048 })
    expect(await keys.get({}, pair[1])).toMatchObject({ kind: 'public', algorithm: 'RSA', bitLength: 2048 })
    const ours = await keys.createKey({}, { algorithm: 'AES', bitLength: 256, name: 'ours' })
    const ourPair = await keys.createKeyPair({}, { algorithm: 'RSA', bitLength: 2048, name: 'our pair' })
    const seen = await castellan(...[ours, ourPair.privateId, ourPair.publicId].map((id) => ({ do: 'get', id })))
    expect(seen).toMatchObject([{ kind: 'symmetric', name: 'ours' }, { kind: 'private' }, { kind: 'public' }])
    for (const id of [ours, ourPair.privateId, ourPair.publicId]) await keys.delete({}, id)
  })

  it('what one has deleted is not there for the other', async () => {
    const id = await keys.store({}, opaque(Buffer.from('x')))
    expect(await castellan({ do: 'delete', id }, { do: 'delete', id })).toEqual(['deleted', 'not found'])
    await expect(keys.get({}, id)).rejects.toMatchObject({ code: 'not_found' })
    const other = await keys.store({}, opaque(Buffer.from('x')))
    await keys.delete({}, other)
    expect(await castellan({ do: 'delete', id: other })).toEqual(['not found'])
  })
})

function seenByCastellan(object: NewObject): object {
  return {
    kind: object.kind,
    value: Buffer.from(object.value.reveal()).toString('hex'),
    name: object.name,
    // Barbican's own spelling, which some of its plugins insist on.
    algorithm: 'algorithm' in object ? object.algorithm?.toLowerCase() : null,
    bitLength: 'bitLength' in object ? object.bitLength : null,
  }
}

// Every option of castellan's own and of keystoneauth's sessions that a file may hold, oslo.config's spellings included.
function castellanConf(keystone: string, barbican: string): string {
  return `
[DEFAULT]
debug = false

[key_manager]
backend = barbican
auth_type = keystone_password
auth_url = ${keystone}/v3
username = creator
password = creator-pw
user_domain_name = Default
project_name = demo
project_domain_name = $user_domain_name
reauthenticate = True

[barbican]
barbican_endpoint = ${barbican}/
barbican_api_version = v1
auth_endpoint = ${keystone}/v3
retry_delay = 1
number_of_retries = 60
verify_ssl = True
barbican_endpoint_type = public
barbican_region_name = RegionOne
send_service_user_token = false
insecure = False
timeout = 60
collect_timing = False
split_loggers = False

[barbican_service_user]
auth_type = password
auth_url = ${keystone}/v3
username = barbican
password = barbican-pw
user_domain_name = Default
project_name = service
project_domain_name = Default

[oslo_messaging]
somebody = else
`
}
