import { KeyManager, passphrase, symmetricKey } from '@chatelaine/core'
import { Pkcs11Driver } from '@chatelaine/pkcs11'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { pin, type SoftHsm, softHsmInstalled, softHsmLibrary, startSoftHsm } from '../services/softhsm.ts'
import { codeOf, names } from './outcome.ts'

const base = { library_path: softHsmLibrary, token_labels: ['one'], login: pin }
const { token_labels: _, ...noSelector } = base

async function messageOf(options: Record<string, unknown>): Promise<string> {
  const error = await KeyManager.open(Pkcs11Driver, options).then(
    async (keys) => {
      await keys.close()
      return 'opened'
    },
    (thrown: unknown) => thrown,
  )
  return error instanceof Error && 'code' in error ? `${String(error.code)} ${error.message}` : String(error)
}

describe.runIf(softHsmInstalled)('the options of pkcs11', { timeout: 60_000 }, () => {
  let hsm: SoftHsm

  beforeAll(async () => {
    hsm = await startSoftHsm('one', 'two')
  })

  afterAll(() => hsm?.close())

  it.each([
    ['no selector', noSelector, /invalid_argument.*exactly one/],
    ['two selectors', { ...base, slot_id: 3 }, /invalid_argument.*exactly one/],
    ['a relative path', { ...base, library_path: 'lib/softhsm.so' }, /invalid_argument.*library_path.*absolute/],
    [
      'a library that is no module',
      { ...base, library_path: '/lib/x86_64-linux-gnu/libc.so.6' },
      /invalid_argument.*no PKCS#11 module/,
    ],
    [
      'a library that is not there',
      { ...base, library_path: '/nowhere/module.so' },
      /invalid_argument.*no PKCS#11 module/,
    ],
    ['no PIN where one is needed', { ...base, login: undefined }, /invalid_argument.*set login/],
    ['an unknown option', { ...base, pin: '1' }, /invalid_argument.*pin/],
  ])('%s is refused', async (_title, options, message) => {
    expect(await messageOf(options)).toMatch(message)
  })

  it.each([
    ['label', { ...base, token_labels: ['three'] }],
    ['serial number', { ...noSelector, token_serial_number: '0' }],
    ['slot', { ...noSelector, slot_id: 2 ** 40 }],
  ])('a token of another %s is unavailable, and the error says which there are', async (_title, options) => {
    const message = await messageOf(options)
    expect(message).toMatch(/^unavailable/)
    for (const label of ['one', 'two']) {
      expect(message).toMatch(new RegExp(`"${label}" \\(serial number "\\w+", slot \\d+\\)`))
    }
  })

  it('a token is found by serial number, by slot and by the first label that is there', async () => {
    const [, serial, slot] =
      /"two" \(serial number "(\w+)", slot (\d+)\)/.exec(await messageOf({ ...base, token_labels: ['three'] })) ?? []
    const two = await KeyManager.open(Pkcs11Driver, { ...base, token_labels: ['three', 'two', 'one'] })
    const id = await two.store({}, symmetricKey(new Uint8Array(16), { name: 'on two' }))
    for (const selector of [{ token_serial_number: serial }, { slot_id: Number(slot) }]) {
      const same = await KeyManager.open(Pkcs11Driver, { ...noSelector, ...selector })
      expect(await names(same)).toEqual(['on two'])
      await same.close()
    }
    await two.delete({}, id)
    await two.close()
  })

  it('read_only reads, and changes nothing', async () => {
    const writer = await KeyManager.open(Pkcs11Driver, base)
    const id = await writer.store({}, passphrase('to be read', { name: 'kept' }))
    const reader = await KeyManager.open(Pkcs11Driver, { ...base, read_only: true })
    expect((await reader.get({}, id)).value.revealText()).toBe('to be read')
    expect(reader.capabilities.kinds).toEqual([])
    expect(await codeOf(reader.store({}, passphrase('new')))).toBe('unsupported')
    expect(await codeOf(reader.createKey({}, { algorithm: 'AES', bitLength: 128 }))).toBe('unsupported')
    expect(await codeOf(reader.delete({}, id))).toBe('permission_denied')
    expect(await names(reader)).toEqual(['kept'])
    await writer.delete({}, id)
    for (const keys of [reader, writer]) await keys.close()
  })

  it('without project_id a context that names a project is refused', async () => {
    const keys = await KeyManager.open(Pkcs11Driver, base)
    expect(await codeOf(keys.get({ projectId: 'demo' }, 'symmetric-00'))).toBe('permission_denied')
    await keys.close()
  })

  it.each([
    ['AES', 100],
    ['RSA', 512],
    ['EC', 255],
    ['generic', 12],
  ])('a %s key of %i bits is refused before the token sees it', async (algorithm, bitLength) => {
    const keys = await KeyManager.open(Pkcs11Driver, base)
    const spec = { algorithm, bitLength }
    const made = ['RSA', 'EC'].includes(algorithm) ? keys.createKeyPair({}, spec) : keys.createKey({}, spec)
    expect(await codeOf(made)).toBe('invalid_argument')
    await keys.close()
  })

  it.each([
    ['a private key that is none', { kind: 'private', algorithm: 'RSA' }],
    ['a certificate that is none', { kind: 'certificate' }],
    ['an AES key of 20 bytes', { kind: 'symmetric', algorithm: 'AES' }],
  ] as const)('%s is invalid_argument', async (_title, spec) => {
    const keys = await KeyManager.open(Pkcs11Driver, base)
    const { value } = symmetricKey(new Uint8Array(20).fill(0x30), { algorithm: 'generic' })
    expect(await codeOf(keys.store({}, { ...spec, value }))).toBe('invalid_argument')
    await keys.close()
  })
})
