// One application, unchanged, over every backend: only the configuration file is another.
import { createSign, createVerify } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { type KeyManager, openKeyManager, passphrase, toJwk, toKeyObject } from 'chatelaine'
import { CompactSign, compactVerify, importJWK } from 'jose'
import { describe, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../services/temporary-folder.ts'
import { backends } from './backends.ts'

const context = { projectId: 'demo' }

async function application(keys: KeyManager): Promise<void> {
  const id = await keys.store(context, passphrase('correct horse', { name: 'db password' }))
  expect((await keys.get(context, id)).value.revealText()).toBe('correct horse')

  const names: (string | undefined)[] = []
  for await (const info of keys.list(context, { kind: 'passphrase' })) names.push(info.name)
  expect(names).toEqual(['db password'])

  const { privateId, publicId } = await keys.createKeyPair(context, {
    algorithm: 'RSA',
    bitLength: 2048,
    name: 'signing',
  })
  await signsWithJose(keys, privateId, publicId)
  await signsWithNode(keys, privateId, publicId)

  for (const each of [id, privateId, publicId]) await keys.delete(context, each)
  await expect(keys.get(context, id)).rejects.toMatchObject({ code: 'not_found' })
}

async function signsWithJose(keys: KeyManager, privateId: string, publicId: string): Promise<void> {
  const privateKey = await importJWK({ ...toJwk(await keys.get(context, privateId)), kty: 'RSA' }, 'RS256')
  const publicKey = await importJWK({ ...toJwk(await keys.get(context, publicId)), kty: 'RSA' }, 'RS256')
  const jws = await new CompactSign(Buffer.from('signed')).setProtectedHeader({ alg: 'RS256' }).sign(privateKey)
  expect(Buffer.from((await compactVerify(jws, publicKey)).payload).toString()).toBe('signed')
}

async function signsWithNode(keys: KeyManager, privateId: string, publicId: string): Promise<void> {
  const signature = createSign('sha256')
    .update('signed')
    .sign(toKeyObject(await keys.get(context, privateId)))
  const verify = createVerify('sha256').update('signed')
  expect(verify.verify(toKeyObject(await keys.get(context, publicId)), signature)).toBe(true)
}

async function run(config: string, folder: TemporaryFolder): Promise<void> {
  const path = folder.path('chatelaine.conf')
  await writeFile(path, config, { mode: 0o600 })
  const keys = await openKeyManager.fromFile(path)
  try {
    await application(keys)
  } finally {
    await keys.close()
  }
}

describe.for(Object.entries(backends))('api_class = %s', ([, start]) => {
  it('stores, gets, lists, deletes, and signs with a key pair', async () => {
    const folder = await temporaryFolder()
    try {
      const service = await start(folder)
      try {
        await run(service.config, folder)
      } finally {
        await service.close()
      }
    } finally {
      await folder.remove()
    }
  }, 120_000)
})
