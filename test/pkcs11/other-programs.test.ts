import { createSign, createVerify, generateKeyPairSync, randomBytes, X509Certificate } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  certificate,
  KeyManager,
  opaque,
  passphrase,
  privateKey,
  publicKey,
  symmetricKey,
  toKeyObject,
} from '@chatelaine/core'
import { Pkcs11Driver } from '@chatelaine/pkcs11'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installed } from '../services/installed.ts'
import { pin, type SoftHsm, softHsmInstalled, softHsmLibrary, startSoftHsm } from '../services/softhsm.ts'
import { newChosenId } from './chosen-id.ts'
import { codeOf } from './outcome.ts'

const pkcs11Tool = '/usr/bin/pkcs11-tool'
const p11Tool = '/usr/bin/p11tool'
const engine = '/usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so'
const programs = installed('opensc gnutls-bin libengine-pkcs11-openssl', pkcs11Tool, p11Tool, engine)

describe.runIf(softHsmInstalled && programs)('other programs on the same token', { timeout: 60_000 }, () => {
  let hsm: SoftHsm
  let keys: KeyManager

  const tool = (...args: string[]) =>
    hsm.run(pkcs11Tool, '--module', softHsmLibrary, '--token-label', 'common', '--login', '--pin', pin, ...args)
  const gnutls = (...args: string[]) =>
    hsm.run(p11Tool, '--provider', softHsmLibrary, '--login', '--set-pin', pin, ...args)

  const infos = async () => {
    const all = []
    for await (const info of keys.list({})) all.push(info)
    return all
  }

  beforeAll(async () => {
    hsm = await startSoftHsm('common')
    const options = { library_path: softHsmLibrary, token_labels: ['common'], login: pin }
    keys = await KeyManager.open(Pkcs11Driver, options)
  })

  afterAll(async () => {
    await keys?.close()
    await hsm?.close()
  })

  it('what pkcs11-tool makes is listed, described and read', async () => {
    await tool('--keygen', '--key-type', 'AES:32', '--id', '0a0b', '--label', 'foreign key', '--extractable')
    const id = 'symmetric-0a0b'
    expect(await keys.describe({}, id)).toMatchObject({ algorithm: 'AES', bitLength: 256, name: 'foreign key' })
    expect(await keys.describe({}, id)).not.toHaveProperty('created')
    expect((await infos()).map((info) => info.id)).toContain(id)
    await tool('--keypairgen', '--key-type', 'EC:prime256v1', '--id', '0c', '--label', 'foreign pair')
    expect(await codeOf(keys.get({}, 'private-0c'))).toBe('not_extractable')
    expect(toKeyObject(await keys.get({}, 'public-0c')).asymmetricKeyType).toBe('ec')
    for (const each of [id, 'private-0c', 'public-0c']) await keys.delete({}, each)
  })

  it('data without an object identifier goes by its label, with one by that', async () => {
    const file = join(hsm.folder, 'data')
    await writeFile(file, 'foreign bytes')
    await tool('--write-object', file, '--type', 'data', '--private', '--label', 'by label')
    await tool(
      '--write-object',
      file,
      '--type',
      'data',
      '--private',
      '--label',
      'by oid',
      '--application-id',
      '1.2.3.4',
    )
    const found = await infos()
    expect(found.map((info) => info.id)).toEqual([
      `opaque-label.${Buffer.from('by label').toString('hex')}`,
      // OpenSC leaves tag and length out, which the standard wants.
      'opaque-oid.2a0304',
    ])
    for (const { id } of found) {
      expect((await keys.get({}, id)).value.revealText()).toBe('foreign bytes')
      await keys.delete({}, id)
    }
    expect(await infos()).toEqual([])
  })

  it('two objects of one id are both listed, and get fails and names them', async () => {
    for (const label of ['one twin', 'other twin']) {
      await tool('--keygen', '--key-type', 'AES:16', '--id', 'ee', '--label', label, '--extractable')
    }
    const listed = (await infos()).filter((info) => info.id === 'symmetric-ee')
    expect(new Set(listed.map((info) => info.name))).toEqual(new Set(['one twin', 'other twin']))
    // A lane that has listed them knows one; a new key manager does not.
    await keys.close()
    keys = await KeyManager.open(Pkcs11Driver, { library_path: softHsmLibrary, token_labels: ['common'], login: pin })
    const error = await keys.get({}, 'symmetric-ee').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'integrity' })
    expect(String(error)).toMatch(/one twin.*other twin|other twin.*one twin/)
    await tool('--delete-object', '--type', 'secrkey', '--id', 'ee')
    await tool('--delete-object', '--type', 'secrkey', '--id', 'ee')
  })

  it('they show what is stored here with label, id and usage', async () => {
    const id = await keys.store({}, symmetricKey(randomBytes(32), { name: 'shown to others' }))
    const nameless = await keys.store({}, symmetricKey(randomBytes(32)))
    await keys.store({}, passphrase('a phrase', { name: 'a phrase of ours' }))
    await keys.store({}, opaque(randomBytes(9), { name: 'bytes of ours' }))
    const shown = await tool('--list-objects')
    expect(shown).toMatch(/Secret Key Object; AES length 32/)
    expect(shown).toContain(`label:      ${nameless}`)
    expect(shown).toContain(`ID:         ${id.slice('symmetric-'.length)}`)
    expect(shown).toMatch(/label:\s+shown to others[\s\S]*?Usage:\s+encrypt, decrypt,.* wrap, unwrap/)
    for (const name of ['a phrase of ours', 'bytes of ours']) expect(shown).toContain(name)
    for (const info of await infos()) await keys.delete({}, info.id)
  })

  it('OpenSSL signs with a stored key, found by id, and p11tool gives out the certificate of the same id', async () => {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const hex = newChosenId('private').slice('private-'.length)
    await keys.store({}, privateKey(pair.privateKey, { name: 'pair', extractable: false }), { id: `private-${hex}` })
    await keys.store({}, publicKey(pair.publicKey, { name: 'pair' }), { id: `public-${hex}` })
    const pem = await selfSigned(hsm, pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
    await keys.store({}, certificate(pem, { name: 'pair' }), { id: `certificate-${hex}` })
    const percent = hex.replaceAll(/../g, '%$&')
    const data = join(hsm.folder, 'to-be-signed')
    await writeFile(data, 'signed by OpenSSL')
    process.env['PKCS11_MODULE_PATH'] = softHsmLibrary
    const uri = `pkcs11:token=common;id=${percent};type=private;pin-value=${pin}`
    const signature = join(hsm.folder, 'signature')
    await hsm.run(
      '/usr/bin/env',
      `PKCS11_MODULE_PATH=${softHsmLibrary}`,
      'openssl',
      'dgst',
      '-engine',
      'pkcs11',
      '-keyform',
      'engine',
      '-sign',
      uri,
      '-sha256',
      '-out',
      signature,
      data,
    )
    const verify = await hsm.run(
      'openssl',
      'dgst',
      '-sha256',
      '-verify',
      await publicPem(hsm, pair.publicKey),
      '-signature',
      signature,
      data,
    )
    expect(verify).toContain('Verified OK')
    const exported = await gnutls('--export', `pkcs11:token=common;id=${percent};type=cert`)
    expect(new X509Certificate(exported).fingerprint256).toBe(new X509Certificate(pem).fingerprint256)
    for (const info of await infos()) await keys.delete({}, info.id)
  })

  it('the halves of a pair that the token made share their id, and fit', async () => {
    const ids = await keys.createKeyPair({}, { algorithm: 'RSA', bitLength: 2048, name: 'made' })
    expect(ids.privateId.replace('private-', '')).toBe(ids.publicId.replace('public-', ''))
    const [priv, pub] = [await keys.get({}, ids.privateId), await keys.get({}, ids.publicId)]
    const signature = createSign('sha256').update('x').sign(toKeyObject(priv))
    expect(createVerify('sha256').update('x').verify(toKeyObject(pub), signature)).toBe(true)
    for (const id of [ids.privateId, ids.publicId]) await keys.delete({}, id)
  })
})

async function selfSigned(hsm: SoftHsm, key: string): Promise<string> {
  const file = join(hsm.folder, 'key.pem')
  await writeFile(file, key)
  return hsm.run('openssl', 'req', '-x509', '-new', '-key', file, '-subj', '/CN=pair', '-days', '2')
}

async function publicPem(hsm: SoftHsm, key: ReturnType<typeof generateKeyPairSync>['publicKey']): Promise<string> {
  const file = join(hsm.folder, 'public.pem')
  await writeFile(file, key.export({ type: 'spki', format: 'pem' }))
  return file
}
