import { BarbicanDriver } from '@chatelaine/barbican'
import { KeyManager } from '@chatelaine/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Barbican, startBarbican, withoutBarbican } from '../services/barbican.ts'

describe.skipIf(withoutBarbican())('orders that nobody works on', () => {
  let barbican: Barbican
  const spec = { algorithm: 'AES', bitLength: 256 }
  const demo = { projectId: 'demo' }

  const open = (options: object) =>
    KeyManager.open(BarbicanDriver, {
      barbican_endpoint: barbican.url,
      key_manager: { auth_type: 'noauth' },
      ...options,
    })

  async function orders(): Promise<unknown> {
    const response = await fetch(`${barbican.url}/v1/orders`, { headers: { 'X-Project-Id': 'demo' } })
    return ((await response.json()) as { total: number }).total
  }

  beforeAll(async () => {
    barbican = await startBarbican({ queue: true })
  })

  afterAll(() => barbican?.close())

  it('are looked at ever more rarely, given up after the time that is set, and withdrawn', async () => {
    const keys = await open({ retry_delay: 0.4, number_of_retries: 4 })
    const before = (await barbican.requests()).length
    await expect(keys.createKey(demo, spec)).rejects.toMatchObject({
      code: 'indeterminate',
      message: expect.stringContaining('was withdrawn'),
    })
    const requests = (await barbican.requests()).slice(before)
    // At 0, 50, 150, 350, 750, 1150 and 1550 ms at most, and once more before it is withdrawn.
    const looks = requests.filter((line) => line.includes('GET /v1/orders/')).length
    expect(looks).toBeGreaterThanOrEqual(5)
    expect(looks).toBeLessThanOrEqual(8)
    expect(await orders()).toBe(0)
    await keys.close()
  })

  it('end with the deadline of the call, and are withdrawn', async () => {
    const keys = await open({})
    const start = performance.now()
    await expect(
      keys.createKeyPair(demo, { algorithm: 'RSA', bitLength: 2048 }, { timeoutMs: 300 }),
    ).rejects.toMatchObject({
      code: 'indeterminate',
    })
    expect(performance.now() - start).toBeLessThan(2000)
    expect(await orders()).toBe(0)
    await keys.close()
  })
})
