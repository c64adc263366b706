import { generateKeyPairSync } from 'node:crypto'
import { chmod, copyFile, readFile } from 'node:fs/promises'
import {
  certificate,
  KeyManager,
  type ObjectInfo,
  opaque,
  passphrase,
  privateKey,
  symmetricKey,
  toKeyObject,
} from '@chatelaine/core'
import { KmipDriver } from '@chatelaine/kmip'
import { type Client, openClient } from 'kmip-client-ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PyKmip, pykmipInstalled, startPyKmip } from '../services/pykmip.ts'
import { optionsFor } from './pykmip-options.ts'

const code = (wanted: string) => expect.objectContaining({ code: wanted })

describe.skipIf(!pykmipInstalled)('the kmip driver', () => {
  let server: PyKmip
  let keys: KeyManager
  let device: Client

  beforeAll(async () => {
    server = await startPyKmip()
    keys = await KeyManager.open(KmipDriver, optionsFor(server))
    device = await openClient({ host: '127.0.0.1', port: server.port, tls: server.tls })
  })

  afterAll(async () => {
    await device.close()
    await keys.close()
    await server.close()
  })

  it('deletes an active object only where revoke_active says so', async () => {
    const id = await keys.store({}, symmetricKey(new Uint8Array(32).fill(1)))
    await device.request('Activate', { uniqueIdentifier: id })
    await expect(keys.delete({}, id)).rejects.toThrow(code('in_use'))
    await expect(keys.delete({}, id, { force: true })).rejects.toThrow(code('in_use'))
    const revoking = await KeyManager.open(KmipDriver, { ...optionsFor(server), revoke_active: true })
    await revoking.delete({}, id)
    await revoking.close()
    await expect(keys.get({}, id)).rejects.toThrow(code('not_found'))
  })

  it('keeps what it says of an object in attributes that other programs can read', async () => {
    const id = await keys.store({}, symmetricKey(new Uint8Array(32).fill(1), { name: 'plain name' }))
    const { attributes } = await device.request('GetAttributes', { uniqueIdentifier: id })
    expect(attributes).toMatchObject({
      name: [{ nameValue: 'plain name' }],
      cryptographicAlgorithm: 'AES',
      cryptographicLength: 256,
      applicationSpecificInformation: [{ applicationNamespace: 'chatelaine' }],
    })
    expect(attributes?.applicationSpecificInformation?.[0]?.applicationData).toContain('"project":"demo"')
    await keys.delete({}, id)
  })

  it('hides what another project has stored under the same certificate', async () => {
    const other = await KeyManager.open(KmipDriver, { ...optionsFor(server), project_id: 'other' })
    const id = await other.store({}, symmetricKey(new Uint8Array(32).fill(1), { name: 'theirs' }))
    await expect(keys.get({}, id)).rejects.toThrow(code('not_found'))
    await expect(keys.delete({}, id)).rejects.toThrow(code('not_found'))
    const seen: ObjectInfo[] = []
    for await (const info of keys.list({}, { name: 'theirs' })) seen.push(info)
    expect(seen).toEqual([])
    await other.delete({}, id)
    await other.close()
  })

  it('sees nothing of another owner of the device', async () => {
    const { cert, key } = server.certificates.other
    const other = await KeyManager.open(KmipDriver, { ...optionsFor(server), certfile: cert, keyfile: key })
    const id = await other.store({}, symmetricKey(new Uint8Array(32).fill(1)))
    await expect(keys.get({}, id)).rejects.toThrow(code('not_found'))
    await expect(keys.describe({}, id)).rejects.toThrow(code('not_found'))
    await expect(keys.delete({}, id)).rejects.toThrow(code('not_found'))
    await other.delete({}, id)
    await other.close()
  })

  it('refuses a private key file that others can read, and files that are not there', async () => {
    const keyfile = `${server.folder}/open.key`
    await copyFile(server.certificates.client.key, keyfile)
    await chmod(keyfile, 0o640)
    await expect(KeyManager.open(KmipDriver, { ...optionsFor(server), keyfile })).rejects.toThrow(/mode 0640/)
    await expect(KeyManager.open(KmipDriver, { ...optionsFor(server), ca_certs: '/nowhere' })).rejects.toThrow(
      /ca_certs/,
    )
  })

  it('is unavailable where nothing listens, and names the host', async () => {
    const opened = KeyManager.open(KmipDriver, { ...optionsFor(server), host: 'localhost:1' })
    await expect(opened).rejects.toThrow(
      expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('localhost:1') }),
    )
  })

  it('takes several hosts, and goes to the one that answers', async () => {
    const several = await KeyManager.open(KmipDriver, {
      ...optionsFor(server),
      host: `127.0.0.1:1, 127.0.0.1:${server.port}`,
    })
    await several.health()
    await several.close()
  })

  it('refuses a certificate that the device does not know', async () => {
    const { cert, key } = server.certificates.stranger
    const opened = KeyManager.open(KmipDriver, { ...optionsFor(server), certfile: cert, keyfile: key })
    await expect(opened).rejects.toThrow(code('unavailable'))
  })

  it('sends RSA keys as PKCS#1 under that name where pkcs1_only says so', async () => {
    const options = { ...optionsFor(server), pkcs1_only: true }
    const old = await KeyManager.open(KmipDriver, options)
    const object = privateKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
    const id = await old.store({}, object)
    const got = await device.request('Get', { uniqueIdentifier: id })
    expect(got.privateKey?.keyBlock.keyFormatType).toBe('PKCS_1')
    expect((await keys.get({}, id)).value.equals(object.value)).toBe(true)
    await old.delete({}, id)
    await old.close()
  })

  it('gives foreign objects with canonical bytes', async () => {
    const made = JSON.parse(await server.python(register)) as Record<string, string>
    const types = {
      aes: 'symmetric',
      pkcs1: 'private',
      pkcs8: 'private',
      pub: 'public',
      spki: 'public',
      cert: 'certificate',
      pass: 'passphrase',
      opaque: 'opaque',
    }
    for (const [name, kind] of Object.entries(types)) {
      const id = made[name] ?? ''
      const object = await keys.get({}, id)
      expect(object.kind, name).toBe(kind)
      expect(await keys.describe({}, id)).toMatchObject({ id, kind, name: `foreign ${name}` })
      if (kind === 'private' || kind === 'public')
        expect(toKeyObject(object).asymmetricKeyDetails?.modulusLength).toBe(2048)
    }
    expect(Buffer.from((await keys.get({}, made['pass'] ?? '')).value.reveal()).toString()).toBe('word')
    const [one, other] = [await keys.get({}, made['pkcs1'] ?? ''), await keys.get({}, made['pkcs8'] ?? '')]
    expect(one.value.equals(other.value)).toBe(true)
    for (const id of Object.values(made)) await keys.delete({}, id)
  })

  it('stores what the client of PyKMIP reads', async () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const objects = {
      symmetric: symmetricKey(new Uint8Array(32).fill(3)),
      private: privateKey(pair.privateKey),
      certificate: certificate(await readFile(server.certificates.ca, 'utf8')),
      passphrase: passphrase('pässword'),
      opaque: opaque(Uint8Array.of(0, 255, 1)),
    }
    const ids: Record<string, string> = {}
    for (const [name, object] of Object.entries(objects)) ids[name] = await keys.store({}, object)
    const read = JSON.parse(
      await server.python(`${connect}
import json
print(json.dumps({name: c.get(uid).value.hex() for name, uid in json.loads('${JSON.stringify(ids)}').items()}))
`),
    ) as Record<string, string>
    for (const [name, object] of Object.entries(objects))
      expect(read[name], name).toBe(Buffer.from(object.value.reveal()).toString('hex'))
    for (const id of Object.values(ids)) await keys.delete({}, id)
  })
})

const connect = `
import os
from kmip.pie.client import ProxyKmipClient
from kmip.pie import objects
from kmip.core import enums
c = ProxyKmipClient(hostname='127.0.0.1', port=int(os.environ['KMIP_PORT']), cert=os.environ['KMIP_CERT'], key=os.environ['KMIP_KEY'], ca=os.environ['KMIP_CA'], ssl_version='PROTOCOL_TLSv1_2')
c.open()
`

const register = `${connect}
import json
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives import serialization as s
from cryptography.hazmat.backends import default_backend
import base64
key = rsa.generate_private_key(65537, 2048, default_backend())
der = lambda f: key.private_bytes(s.Encoding.DER, f, s.NoEncryption())
pub = lambda f: key.public_key().public_bytes(s.Encoding.DER, f)
RSA, AES = enums.CryptographicAlgorithm.RSA, enums.CryptographicAlgorithm.AES
F = enums.KeyFormatType
cert = base64.b64decode(''.join(open(os.environ['KMIP_CA']).read().split('\\n')[1:-2]))
made = {
  'aes': objects.SymmetricKey(AES, 128, bytes(16), name='foreign aes'),
  'pkcs1': objects.PrivateKey(RSA, 2048, der(s.PrivateFormat.TraditionalOpenSSL), F.PKCS_1, name='foreign pkcs1'),
  'pkcs8': objects.PrivateKey(RSA, 2048, der(s.PrivateFormat.PKCS8), F.PKCS_8, name='foreign pkcs8'),
  'pub': objects.PublicKey(RSA, 2048, pub(s.PublicFormat.PKCS1), F.PKCS_1, name='foreign pub'),
  'spki': objects.PublicKey(RSA, 2048, pub(s.PublicFormat.SubjectPublicKeyInfo), F.X_509, name='foreign spki'),
  'cert': objects.X509Certificate(cert, name='foreign cert'),
  'pass': objects.SecretData(b'word', enums.SecretDataType.PASSWORD, name='foreign pass'),
  'opaque': objects.OpaqueObject(b'anything', enums.OpaqueDataType.NONE, name='foreign opaque'),
}
print(json.dumps({name: c.register(o) for name, o in made.items()}))
`
