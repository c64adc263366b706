import { KeyManager, symmetricKey } from '@chatelaine/core'
import { Pkcs11Driver } from '@chatelaine/pkcs11'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { canCompile } from '../services/pkcs11/compile.ts'
import { buildFaultyModule, type FaultyModule } from '../services/pkcs11/faulty-module.ts'
import { pin, type SoftHsm, softHsmInstalled, softHsmLibrary, startSoftHsm } from '../services/softhsm.ts'
import { newChosenId } from './chosen-id.ts'
import { codeOf, names } from './outcome.ts'

const key = () => symmetricKey(new Uint8Array(32).fill(7), { name: 'faulty' })

// On a busy machine a lane may take seconds to start.
const patient = { timeout: 60_000 }
const hanging = { timeout_ms: 4_000 }

describe.runIf(softHsmInstalled && canCompile)('a module that fails', patient, () => {
  let hsm: SoftHsm
  let faulty: FaultyModule
  let janitor: KeyManager
  const opened: KeyManager[] = []

  const open = async (options: Record<string, unknown> = {}) => {
    const base = { library_path: faulty.library, token_labels: ['faulty'], login: pin, timeout_ms: 15_000 }
    const keys = await KeyManager.open(Pkcs11Driver, { ...base, ...options })
    opened.push(keys)
    return keys
  }

  beforeAll(async () => {
    hsm = await startSoftHsm('faulty')
    faulty = await buildFaultyModule(hsm.folder)
    const options = { library_path: softHsmLibrary, token_labels: ['faulty'], login: pin }
    janitor = await KeyManager.open(Pkcs11Driver, options)
  })

  afterEach(async () => {
    await faulty.heal()
    for (const keys of opened.splice(0)) await keys.close()
    for await (const { id } of janitor.list({})) await janitor.delete({}, id)
  })

  afterAll(async () => {
    await janitor?.close()
    await hsm?.close()
  })

  it.each(['abort', 'segv'])(
    'a %s in the module ends a lane, not the call, which another lane repeats',
    async (action) => {
      const keys = await open()
      const id = await keys.store({}, key())
      await faulty.fail('C_GetAttributeValue', action)
      expect((await keys.get({}, id)).value.equals(key().value)).toBe(true)
    },
  )

  it('what another process has stored is searched for once, though the lane that makes all changes does not see it', async () => {
    const keys = await open()
    const ids = await Promise.all(Array.from({ length: 8 }, () => janitor.store({}, key())))
    await keys.store({}, key())
    for (const id of ids) expect((await keys.get({}, id)).id).toBe(id)
    await faulty.fail('C_FindObjectsInit', 'return=0x30 always')
    for (const id of ids) expect((await keys.get({}, id)).id).toBe(id)
  })

  it('a call that ends two lanes is unavailable, and what comes after works', async () => {
    const keys = await open({ lanes: 1 })
    const id = await keys.store({}, key())
    await faulty.fail('C_GetAttributeValue', 'abort always')
    expect(await codeOf(keys.get({}, id))).toBe('unavailable')
    await faulty.heal()
    expect((await keys.get({}, id)).id).toBe(id)
  })

  it('callers whose lane is lost with another call do not notice', async () => {
    const keys = await open({ lanes: 1 })
    const ids = await Promise.all(Array.from({ length: 10 }, () => keys.store({}, key())))
    await faulty.fail('C_GetAttributeValue', 'segv')
    const got = await Promise.all(ids.map((id) => keys.get({}, id)))
    expect(got.map(({ id }) => id)).toEqual(ids)
  })

  it('a module that hangs is deadline_exceeded, and its lane is replaced', async () => {
    const keys = await open({ lanes: 1, ...hanging })
    const id = await keys.store({}, key())
    await faulty.fail('C_GetAttributeValue', 'hang')
    expect(await codeOf(keys.get({}, id))).toBe('deadline_exceeded')
    expect((await keys.get({}, id)).id).toBe(id)
  })

  it('while one lane hangs the others serve', async () => {
    const keys = await open(hanging)
    const ids = await Promise.all(Array.from({ length: 8 }, () => keys.store({}, key())))
    await faulty.fail('C_GetAttributeValue', 'hang')
    const codes = await Promise.all(ids.map((id) => codeOf(keys.get({}, id))))
    // The oldest call of the lane that hangs is taken to be the one that does.
    expect(codes.filter((code) => code !== 'none')).toEqual(['deadline_exceeded'])
  })

  it.each(['abort-after', 'hang-after'])(
    'a store that was done before the lane was lost (%s) succeeds, once',
    async (action) => {
      const keys = await open(hanging)
      await faulty.fail('C_CreateObject', action)
      const id = await keys.store({}, key())
      expect((await keys.get({}, id)).id).toBe(id)
      expect(await names(keys)).toEqual(['faulty'])
    },
  )

  it.each(['abort', 'hang'])(
    'a store of which nothing is found after the lane was lost (%s) is indeterminate',
    async (action) => {
      const keys = await open(hanging)
      await faulty.fail('C_CreateObject', action)
      expect(await codeOf(keys.store({}, key()))).toBe('indeterminate')
      expect(await names(keys)).toEqual([])
    },
  )

  it('an indeterminate store with a chosen id can be repeated, and leaves one object', async () => {
    const keys = await open()
    const id = newChosenId('symmetric')
    await faulty.fail('C_CreateObject', 'abort')
    expect(await codeOf(keys.store({}, key(), { id }))).toBe('indeterminate')
    expect(await keys.store({}, key(), { id })).toBe(id)
    expect(await keys.store({}, key(), { id })).toBe(id)
    expect(await names(keys)).toEqual(['faulty'])
  })

  it('a key that may not leave the token is found after the lane was lost, and is not stored over', async () => {
    const keys = await open()
    const staying = symmetricKey(new Uint8Array(32).fill(7), { extractable: false, name: 'stays' })
    const id = newChosenId('symmetric')
    await faulty.fail('C_CreateObject', 'abort-after')
    expect(await keys.store({}, staying, { id })).toBe(id)
    expect(await codeOf(keys.store({}, staying, { id }))).toBe('already_exists')
    expect(await names(keys)).toEqual(['stays'])
  })

  it('a key that was made before the lane was lost is found', async () => {
    const keys = await open()
    await faulty.fail('C_GenerateKey', 'abort-after')
    const id = await keys.createKey({}, { algorithm: 'AES', bitLength: 256, name: 'made' })
    expect((await keys.describe({}, id)).name).toBe('made')
    expect(await names(keys)).toEqual(['made'])
  })

  it('a delete that was done before the lane was lost succeeds, one that was not is indeterminate', async () => {
    const keys = await open()
    const [one, other] = [await keys.store({}, key()), await keys.store({}, key())]
    await faulty.fail('C_DestroyObject', 'abort-after')
    expect(await codeOf(keys.delete({}, one))).toBe('none')
    await faulty.fail('C_DestroyObject', 'abort')
    expect(await codeOf(keys.delete({}, other))).toBe('indeterminate')
    await keys.delete({}, other)
    expect(await names(keys)).toEqual([])
  })

  it('after a logout from elsewhere a lane logs in again, and an object is not taken for missing', async () => {
    const keys = await open({ lanes: 1 })
    const id = await keys.store({}, key())
    for (const fn of ['C_GetAttributeValue', 'C_FindObjectsInit']) {
      await faulty.fail(fn, 'logout')
      expect((await keys.get({}, id)).id).toBe(id)
      expect(await names(keys)).toEqual(['faulty'])
    }
  })

  it('after its sessions were closed from elsewhere a lane opens a new one', async () => {
    const keys = await open({ lanes: 1 })
    await faulty.fail('C_CreateObject', 'close-sessions')
    const id = await keys.store({}, key())
    for (const fn of ['C_GetAttributeValue', 'C_FindObjectsInit']) {
      await faulty.fail(fn, 'close-sessions')
      expect(await names(keys)).toEqual(['faulty'])
      expect((await keys.get({}, id)).id).toBe(id)
    }
  })

  it.each([
    ['a full token', 0x31, 'exhausted'],
    ['a write-protected token', 0xe2, 'permission_denied'],
    ['a key type that the token has not', 0x13, 'unsupported'],
    ['a device that fails', 0x30, 'indeterminate'],
  ])('%s is an error of the store, and the next one works', async (_, value, code) => {
    const keys = await open()
    await faulty.fail('C_CreateObject', `return=${value}`)
    expect(await codeOf(keys.store({}, key()))).toBe(code)
    expect(await codeOf(keys.store({}, key()))).toBe('none')
  })

  it('a device error of a read is unavailable and retryable, and a new lane serves', async () => {
    const keys = await open()
    const id = await keys.store({}, key())
    await faulty.fail('C_GetAttributeValue', 'return=48')
    const error = await keys.get({}, id).catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ code: 'unavailable', retryable: true })
    expect((await keys.get({}, id)).id).toBe(id)
  })

  it('a module that crashes or hangs while it is opened is unavailable', async () => {
    for (const action of ['abort', 'segv', 'hang', 'return=5']) {
      await faulty.fail('C_Initialize', action)
      expect(await codeOf(open(hanging))).toBe('unavailable')
    }
  })

  it('a wrong PIN is tried once, whoever asks and however often', async () => {
    await faulty.logins()
    const wrong = { login: '9999', lanes: 4 }
    const codes = await Promise.all([codeOf(open(wrong)), codeOf(open(wrong)), codeOf(open(wrong))])
    codes.push(await codeOf(open(wrong)))
    expect(codes).toEqual(Array.from({ length: 4 }, () => 'unauthenticated'))
    expect(await faulty.logins()).toBe(1)
  })

  it('a PIN that is refused when a lane is replaced is not tried by the next lane', async () => {
    const keys = await open({ lanes: 1 })
    const id = await keys.store({}, key())
    await faulty.logins()
    await faulty.fail('C_GetAttributeValue', 'return=48')
    expect(await codeOf(keys.get({}, id))).toBe('unavailable')
    await faulty.fail('C_Login', 'return=0xa0')
    const codes = await Promise.all(Array.from({ length: 5 }, () => codeOf(keys.get({}, id))))
    codes.push(await codeOf(keys.get({}, id)))
    expect(codes).toEqual(Array.from({ length: 6 }, () => 'unauthenticated'))
    expect(await faulty.logins()).toBe(1)
  })

  it('a PIN that is refused to a second lane leaves the first one serving', async () => {
    const keys = await open({ lanes: 4 })
    await faulty.logins()
    await faulty.fail('C_Login', 'return=0xa0')
    const ids = await Promise.all(Array.from({ length: 8 }, () => keys.store({}, key())))
    let logins = 0
    do {
      for (const id of ids) expect((await keys.get({}, id)).id).toBe(id)
      logins += await faulty.logins()
    } while (logins === 0)
    for (const id of ids) expect((await keys.get({}, id)).id).toBe(id)
    expect(logins + (await faulty.logins())).toBe(1)
  })

  it('a token that says final try, or locked, is not shown the PIN', async () => {
    await faulty.logins()
    await faulty.fail('C_GetTokenInfo', 'flags=0x20000')
    expect(await codeOf(open({ login: '8888' }))).toBe('unauthenticated')
    expect(await faulty.logins()).toBe(0)
    await (await open({ final_try: true })).close()
    expect(await faulty.logins()).toBeGreaterThan(0)
    await faulty.fail('C_GetTokenInfo', 'flags=0x40000')
    expect(await codeOf(open({ login: '7777', final_try: true }))).toBe('unauthenticated')
    expect(await faulty.logins()).toBe(0)
  })

  it('closing while a lane hangs ends it, and fails the call', async () => {
    const keys = await open({ lanes: 1, timeout_ms: 60_000 })
    const id = await keys.store({}, key())
    await faulty.fail('C_GetAttributeValue', 'hang')
    const code = codeOf(keys.get({}, id))
    await keys.close({ timeoutMs: 100 })
    expect(await code).toBe('closed')
  })
})
