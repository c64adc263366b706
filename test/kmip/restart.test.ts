import { setTimeout as delay } from 'node:timers/promises'
import { KeyManager, KeyManagerError, symmetricKey } from '@chatelaine/core'
import { KmipDriver } from '@chatelaine/kmip'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PyKmip, pykmipInstalled, startPyKmip } from '../services/pykmip.ts'
import { optionsFor } from './pykmip-options.ts'

describe.skipIf(!pykmipInstalled)('a device that is restarted under load', () => {
  let server: PyKmip
  let keys: KeyManager

  beforeAll(async () => {
    server = await startPyKmip()
    keys = await KeyManager.open(KmipDriver, { ...optionsFor(server), timeout_ms: 5000 })
  })

  afterAll(async () => {
    await keys.close()
    await server.close()
  })

  it('shows as unavailable or indeterminate, never as another object, and is found again', async () => {
    const fills = Array.from({ length: 12 }, (_, index) => index + 1)
    const ids = await Promise.all(fills.map((fill) => keys.store({}, symmetricKey(new Uint8Array(32).fill(fill)))))
    const seen: Record<string, number> = {}
    const load = { running: true }
    const count = (what: string) => {
      seen[what] = (seen[what] ?? 0) + 1
    }
    const reader = async (index: number) => {
      while (load.running) {
        const fill = fills[index] ?? 0
        await keys.get({}, ids[index] ?? '').then(
          (object) => count(object.value.reveal().every((byte) => byte === fill) ? 'read' : 'another object'),
          (error: unknown) => count(codeOf(error)),
        )
        await delay(2)
      }
    }
    const writer = async () => {
      while (load.running) {
        await keys.store({}, symmetricKey(new Uint8Array(32).fill(99))).then(
          () => count('stored'),
          (error: unknown) => count(`store ${codeOf(error)}`),
        )
        await delay(2)
      }
    }
    const callers = [...fills.map((_, index) => reader(index)), writer(), writer()]
    const moreReads = async () => {
      const enough = (seen['read'] ?? 0) + 20
      while ((seen['read'] ?? 0) < enough) await delay(10)
    }
    for (let restart = 0; restart < 3; restart++) {
      await moreReads()
      await server.restart()
    }
    await moreReads()
    load.running = false
    await Promise.all(callers)
    const allowed = ['read', 'stored', 'unavailable', 'store unavailable', 'store indeterminate']
    expect(Object.keys(seen).filter((what) => !allowed.includes(what))).toEqual([])
    expect(seen['unavailable']).toBeGreaterThan(0)
    for (const [index, id] of ids.entries()) expect((await keys.get({}, id)).value.reveal()[0]).toBe(fills[index])
  }, 60_000)
})

function codeOf(error: unknown): string {
  return KeyManagerError.is(error) ? error.code : 'no KeyManagerError'
}
