// The watch itself: what is planted is found, and what is no secret is left alone.
import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { inspect } from 'node:util'
import { certificate, KeyManagerError, privateKey, publicKey, toPem } from '@chatelaine/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { testCertificate } from '../fixtures/certificate.ts'
import { temporaryFolder } from '../services/temporary-folder.ts'
import { lookAt, lookAtError, takeLeaks, watchFor } from './watch.ts'

const value = randomBytes(48)

beforeEach(() => {
  watchFor('symmetric', value)
  expect(takeLeaks()).toEqual([])
})

const forms: Readonly<Record<string, string>> = {
  hex: value.toString('hex'),
  'hex in capitals': value.toString('hex').toUpperCase(),
  base64: value.toString('base64'),
  'base64 in short lines': value.toString('base64').replaceAll(/.{20}/g, '$&\n'),
  'base64 of more than the value': Buffer.concat([Buffer.from('{"k":'), value]).toString('base64'),
  base64url: value.toString('base64url'),
  'what prints of a Buffer': inspect(value, { maxArrayLength: null }),
  'what prints of a Uint8Array': inspect(new Uint8Array(value), { maxArrayLength: null }),
  'JSON of a Buffer': JSON.stringify(value),
  'JSON of an array': JSON.stringify([...value]),
  'a literal of Python or C': [...value].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
  'part of the value': value.subarray(4, 44).toString('hex'),
}

describe('a value is found as', () => {
  for (const [title, text] of Object.entries(forms)) {
    it(title, () => {
      lookAt('the text', `before\n${text} after`)
      expect(takeLeaks()).toEqual(['the text'])
    })
  }

  it('itself, in a passphrase', () => {
    watchFor('passphrase', Buffer.from('ein langes Geheimnis aus größeren Wörtern'))
    lookAt('the text', 'Error: ein langes Geheimnis aus größeren Wörtern is wrong')
    expect(takeLeaks()).toEqual(['the text'])
  })
})

describe('an error is looked at', () => {
  const hidden = (error: Error) =>
    Object.defineProperty(error, 'request', { value: { body: value }, enumerable: false })
  const errors: Readonly<Record<string, unknown>> = {
    'in its message': new Error(value.toString('hex')),
    'in its causes': new Error('outer', { cause: new Error('inner', { cause: { bytes: value } }) }),
    'in properties that are not shown': hidden(new Error('request failed')),
    'in its JSON': { toJSON: () => ({ value: value.toString('base64') }) },
  }
  for (const [title, error] of Object.entries(errors)) {
    it(title, () => {
      lookAtError('the error', error)
      expect(takeLeaks()).toEqual(['the error'])
    })
  }

  it('and a KeyManagerError with such a cause shows nothing', () => {
    lookAtError('the error', new KeyManagerError('unknown', 'get: unknown', { cause: errors['in its causes'] }))
    expect(takeLeaks()).toEqual([])
  })
})

describe('of a private key what is secret is found,', () => {
  const pairs: Readonly<Record<string, { privateKey: KeyObject; publicKey: KeyObject }>> = {
    RSA: generateKeyPairSync('rsa', { modulusLength: 2048 }),
    'RSA-PSS': generateKeyPairSync('rsa-pss', { modulusLength: 2048 }),
    'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    Ed25519: generateKeyPairSync('ed25519'),
    X25519: generateKeyPairSync('x25519'),
  }
  for (const [title, pair] of Object.entries(pairs)) {
    it(`${title}, and nothing of the public one`, () => {
      const [mine, theirs] = [privateKey(pair.privateKey), publicKey(pair.publicKey)]
      for (const each of [mine, theirs]) each.value.use((bytes) => watchFor(each.kind, bytes))
      lookAt('the private key', toPem(mine))
      lookAt('the public key', toPem(theirs))
      theirs.value.use((bytes) => lookAt('the public key', Buffer.from(bytes).toString('hex')))
      expect(takeLeaks()).toEqual(['the private key'])
    })
  }

  it('and nothing of a certificate', () => {
    const { kind, value: der } = certificate(testCertificate)
    der.use((bytes) => watchFor(kind, bytes))
    lookAt('the certificate', testCertificate)
    expect(takeLeaks()).toEqual([])
  })
})

it('files are looked at before a temporary folder goes, but for those that hold values on purpose', async () => {
  const folder = await temporaryFolder({ plain: ['in', 'answers'] })
  await mkdir(folder.path('answers'))
  await mkdir(folder.path('deep/er'), { recursive: true })
  for (const name of ['in', 'answers/one', 'deep/er/file', 'other']) await writeFile(folder.path(name), value)
  // Where one look ends and the next begins.
  await writeFile(
    folder.path('large'),
    Buffer.concat([Buffer.alloc(1024 * 1024 - 30), value, Buffer.alloc(1024 * 1024)]),
  )
  await writeFile(folder.path('innocent'), randomBytes(4096))
  await folder.remove()
  expect(takeLeaks().sort()).toEqual(['the file deep/er/file', 'the file large', 'the file other'])
})
