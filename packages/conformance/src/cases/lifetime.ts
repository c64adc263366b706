import assert from 'node:assert/strict'
import { setTimeout as delay } from 'node:timers/promises'
import type { Capabilities, Consumer } from '@chatelaine/core'
import { collect, expectError } from '../expect-error.ts'
import type { ConformanceCase } from '../harness.ts'
import { sampleOf } from '../samples.ts'
import { assertDescribes } from './round-trip.ts'

/** Expiration, consumers and force; where a backend has them not, that they are refused. */
export function lifetimeCases(capabilities: Capabilities): ConformanceCase[] {
  return [
    pastExpiration,
    ...(capabilities.expiration ? [keptExpiration, expires] : [noExpiration]),
    ...(capabilities.consumers ? [consumers, unknownConsumer, force, incompleteConsumer] : [noConsumers]),
  ]
}

const consumer: Consumer = { service: 'volume', resourceType: 'disk', resourceId: 'disk-1' }

// Whole seconds, which every backend can keep.
function inSeconds(seconds: number): Date {
  return new Date((Math.ceil(Date.now() / 1_000) + seconds) * 1_000)
}

const pastExpiration: ConformanceCase = {
  name: 'an expiration in the past is refused',
  async run({ keys, context }) {
    const object = sampleOf('symmetric').make({ expiration: new Date(Date.now() - 1) })
    await expectError(() => keys.store(context, object), 'invalid_argument', 'unsupported')
  },
}

const keptExpiration: ConformanceCase = {
  name: 'an expiration is kept to the second',
  async run({ keys, context }) {
    const object = sampleOf('symmetric').make({ name: 'expires', expiration: inSeconds(3_600) })
    const id = await keys.store(context, object)
    assertDescribes(await keys.describe(context, id), object)
    assertDescribes(await keys.get(context, id), object, true)
    await keys.delete(context, id)
  },
}

const expires: ConformanceCase = {
  name: 'an expired object is not_found everywhere and is not listed',
  async run({ keys, context }) {
    const expiration = inSeconds(2)
    const id = await keys.store(context, sampleOf('symmetric').make({ name: 'short', expiration }))
    await keys.get(context, id)
    await delay(expiration.getTime() - Date.now() + 50)
    await expectError(() => keys.get(context, id), 'not_found')
    await expectError(() => keys.describe(context, id), 'not_found')
    assert.deepEqual(await collect(keys.list(context, { name: 'short' })), [])
    await expectError(() => keys.delete(context, id), 'not_found')
  },
}

const noExpiration: ConformanceCase = {
  name: 'an expiration is unsupported',
  async run({ keys, context }) {
    const object = sampleOf('symmetric').make({ expiration: inSeconds(3_600) })
    await expectError(() => keys.store(context, object), 'unsupported')
  },
}

const consumers: ConformanceCase = {
  name: 'consumers are described, registered once however often they are added, and can be removed',
  async run({ keys, context }) {
    const other = { ...consumer, resourceId: 'disk-2' }
    const id = await keys.store(context, sampleOf('symmetric').make())
    assert.deepEqual((await keys.describe(context, id)).consumers ?? [], [])
    await keys.addConsumer(context, id, consumer)
    await keys.addConsumer(context, id, other)
    await keys.addConsumer(context, id, consumer)
    const registered = (await keys.describe(context, id)).consumers ?? []
    assert.deepEqual(new Set(registered), new Set([consumer, other]))
    assert.equal(registered.length, 2)
    await keys.removeConsumer(context, id, consumer)
    assert.deepEqual((await keys.get(context, id)).consumers, [other])
    await keys.removeConsumer(context, id, other)
    await keys.delete(context, id)
  },
}

const unknownConsumer: ConformanceCase = {
  name: 'removing a consumer that is not registered, or adding one to nothing, is not_found',
  async run({ keys, context }) {
    const id = await keys.store(context, sampleOf('symmetric').make())
    await expectError(() => keys.removeConsumer(context, id, consumer), 'not_found')
    await keys.delete(context, id)
    await expectError(() => keys.addConsumer(context, id, consumer), 'not_found')
  },
}

const force: ConformanceCase = {
  name: 'delete with consumers is in_use, with force it deletes',
  async run({ keys, context, stranger }) {
    const id = await keys.store(context, sampleOf('symmetric').make())
    await keys.addConsumer(context, id, consumer)
    await expectError(() => keys.delete(context, id), 'in_use')
    await expectError(() => keys.delete(context, id, { force: false }), 'in_use')
    await expectError(() => keys.delete(stranger, id, { force: true }), 'not_found')
    await keys.get(context, id)
    await keys.delete(context, id, { force: true })
    await expectError(() => keys.get(context, id), 'not_found')
  },
}

const incompleteConsumer: ConformanceCase = {
  name: 'a consumer with a field missing is refused',
  async run({ keys, context }) {
    const id = await keys.store(context, sampleOf('symmetric').make())
    for (const field of ['service', 'resourceType', 'resourceId'] as const) {
      const { [field]: _, ...rest } = consumer
      await expectError(() => keys.addConsumer(context, id, rest as Consumer), 'invalid_argument')
      await expectError(() => keys.removeConsumer(context, id, rest as Consumer), 'invalid_argument')
    }
    await keys.delete(context, id)
  },
}

const noConsumers: ConformanceCase = {
  name: 'consumers are unsupported',
  async run({ keys, context }) {
    const id = await keys.store(context, sampleOf('symmetric').make())
    await expectError(() => keys.addConsumer(context, id, consumer), 'unsupported')
    await expectError(() => keys.removeConsumer(context, id, consumer), 'unsupported')
    await keys.delete(context, id)
  },
}
