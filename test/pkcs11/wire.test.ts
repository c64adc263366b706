import { KeyManager, KeyManagerError, symmetricKey } from '@chatelaine/core'
import { Pkcs11Driver } from '@chatelaine/pkcs11'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type P11Kit, p11KitInstalled, p11KitLibrary, p11KitServer } from '../services/p11-kit.ts'
import { pin, type SoftHsm, softHsmInstalled, softHsmLibrary, startSoftHsm } from '../services/softhsm.ts'
import { codeOf, names } from './outcome.ts'

const key = () => symmetricKey(new Uint8Array(32).fill(7), { name: 'wired' })

// Each lane has a connection of its own, and learns with its next call that it was cut.
async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!KeyManagerError.is(error, 'unavailable')) throw error
    return work()
  }
}

describe.runIf(softHsmInstalled && p11KitInstalled)('a token at the far end of a wire', { timeout: 60_000 }, () => {
  let hsm: SoftHsm
  let server: P11Kit
  const opened: KeyManager[] = []

  const options = { token_labels: ['wired'], login: pin, timeout_ms: 4_000 }
  const open = async (library = p11KitLibrary) => {
    const keys = await KeyManager.open(Pkcs11Driver, { ...options, library_path: library })
    opened.push(keys)
    return keys
  }

  beforeAll(async () => {
    hsm = await startSoftHsm('wired')
    server = p11KitServer(hsm, 'wired')
  })

  beforeEach(() => server.start())

  afterEach(async () => {
    for (const keys of opened.splice(0)) await keys.close()
    await server.kill()
  })

  afterAll(() => hsm?.close())

  it('is used as any other', async () => {
    const keys = await open()
    const id = await keys.store({}, key())
    expect((await keys.get({}, id)).value.equals(key().value)).toBe(true)
    expect((await keys.describe({}, id)).name).toBe('wired')
    await keys.delete({}, id)
    expect(await codeOf(keys.get({}, id))).toBe('not_found')
  })

  it('a connection that is cut is unavailable and retryable, and the next calls work', async () => {
    const keys = await open()
    const id = await keys.store({}, key())
    await keys.get({}, id)
    for (let round = 0; round < 3; round++) {
      await server.cut()
      const error = await keys.get({}, id).catch((thrown: unknown) => thrown)
      expect(error).toMatchObject({ code: 'unavailable', retryable: true })
      expect((await keys.get({}, id)).id).toBe(id)
    }
    await keys.delete({}, id)
  })

  it('a store over a connection that was cut leaves one object or none, and says which', async () => {
    const keys = await open()
    await keys.store({}, key())
    for (let round = 0; round < 3; round++) {
      const before = (await retried(() => names(keys))).length
      await server.cut()
      const code = await codeOf(keys.store({}, key()))
      expect(['none', 'indeterminate']).toContain(code)
      const after = (await retried(() => names(keys))).length
      expect(after - before).toBe(code === 'none' ? 1 : 0)
    }
    for await (const { id } of keys.list({})) await keys.delete({}, id)
  })

  it('a server that is down fails fast, and serves when it is up again', async () => {
    const keys = await open()
    const id = await keys.store({}, key())
    await server.kill()
    for (let round = 0; round < 3; round++) expect(await codeOf(keys.get({}, id))).toBe('unavailable')
    await server.start()
    await expect.poll(() => codeOf(keys.get({}, id)), { timeout: 30_000 }).toBe('none')
    await keys.delete({}, id)
  })

  it('a server that hangs is deadline_exceeded, and what comes after it has gone works', async () => {
    const keys = await open()
    const id = await keys.store({}, key())
    await server.pause()
    expect(await codeOf(keys.get({}, id))).toBe('deadline_exceeded')
    expect((await keys.get({}, id)).id).toBe(id)
    await server.cut()
    await codeOf(keys.get({}, id))
    await keys.delete({}, id)
  })

  it('a caller need not wait as long as the lane', async () => {
    const keys = await open()
    const id = await keys.store({}, key())
    await server.pause()
    expect(await codeOf(keys.get({}, id, { timeoutMs: 50 }))).toBe('deadline_exceeded')
    expect(await codeOf(keys.get({ signal: AbortSignal.timeout(50) }, id))).toBe('deadline_exceeded')
    expect(await codeOf(keys.store({}, key(), { timeoutMs: 50 }))).toBeOneOf(['indeterminate', 'deadline_exceeded'])
    const controller = new AbortController()
    const aborted = codeOf(keys.get({ signal: controller.signal }, id))
    controller.abort()
    expect(await aborted).toBe('aborted')
    await server.resume()
  })

  it('a token that appears late is unavailable until it is there', async () => {
    await server.kill()
    expect(await codeOf(open())).toBe('unavailable')
    await server.start()
    await (await open()).health()
  })

  it('an object that another process deletes or replaces is not taken for the old one', async () => {
    const [keys, other] = [await open(), await open(softHsmLibrary)]
    const id = await keys.store({}, key())
    await keys.get({}, id)
    await other.delete({}, id)
    expect(await codeOf(keys.get({}, id))).toBe('not_found')
    await other.store({}, symmetricKey(new Uint8Array(16).fill(9), { name: 'new' }), { id })
    const got = await keys.get({}, id)
    expect(got.name).toBe('new')
    expect(got.value.reveal()).toEqual(new Uint8Array(16).fill(9))
    await other.delete({}, id)
  })
})
