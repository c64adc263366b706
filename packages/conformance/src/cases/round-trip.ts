import assert from 'node:assert/strict'
import { type Capabilities, type ManagedObject, type NewObject, type ObjectInfo, SecretBytes } from '@chatelaine/core'
import { collect, expectError } from '../expect-error.ts'
import type { Bench, ConformanceCase } from '../harness.ts'
import { allSamples, type Sample, sampleOf } from '../samples.ts'

/** What is stored comes back: every kind and algorithm, byte for byte. */
export function roundTripCases(capabilities: Capabilities): ConformanceCase[] {
  return [...allSamples().map((sample) => roundTrip(sample, capabilities)), created, twice, immutable, deletedOnce]
}

function roundTrip(sample: Sample, { kinds }: Capabilities): ConformanceCase {
  if (!kinds.includes(sample.kind)) {
    return {
      name: `store refuses ${sample.title}`,
      run: async ({ keys, context }) =>
        void (await expectError(() => keys.store(context, sample.make()), 'unsupported')),
    }
  }
  return { name: `store and get keep ${sample.title}`, run: (bench) => keeps(bench, sample) }
}

async function keeps({ keys, context }: Bench, sample: Sample): Promise<void> {
  const object = sample.make({ name: sample.title })
  const id = await keys.store(context, object)
  const got = await keys.get(context, id)
  assertSame(got, object)
  assert.equal(got.id, id)
  const described = await keys.describe(context, id)
  assertDescribes(described, object)
  const [listed] = (await collect(keys.list(context, { kind: sample.kind }))).filter((info) => info.id === id)
  assert.ok(listed, 'list does not hold it')
  assertDescribes(listed, object)
  await keys.delete(context, id)
}

function assertSame(got: ManagedObject, object: NewObject): void {
  assertDescribes(got, object, true)
  assert.ok(got.value.equals(object.value), 'the value is another')
}

/** Whether all that was said about an object is said again; a value only where one is wanted. */
export function assertDescribes(info: ObjectInfo, object: NewObject, withValue = false): void {
  assert.equal('value' in info, withValue, withValue ? 'there is no value' : 'there is a value')
  assert.equal(info.kind, object.kind)
  assert.equal(info.name, object.name)
  assert.deepEqual(info.expiration, object.expiration)
  assert.deepEqual(keyFields(info), keyFields(object))
}

function keyFields(spec: ObjectInfo | NewObject): unknown {
  if (!('algorithm' in spec)) return undefined
  return { algorithm: spec.algorithm, bitLength: spec.bitLength, extractable: spec.extractable ?? true }
}

const created: ConformanceCase = {
  name: 'created is the time of the store',
  async run({ keys, context }) {
    const before = Date.now()
    const id = await keys.store(context, sampleOf('symmetric').make())
    const { created: time } = await keys.describe(context, id)
    assert.ok(time instanceof Date, 'there is no created')
    // Some backends keep whole seconds, and some have a clock of their own.
    assert.ok(
      time.getTime() > before - 2_000 && time.getTime() < Date.now() + 2_000,
      `created is ${time.toISOString()}`,
    )
    await keys.delete(context, id)
  },
}

const twice: ConformanceCase = {
  name: 'equal bytes stored twice are two objects',
  async run({ keys, context }) {
    const object = sampleOf('symmetric').make({ name: 'twin' })
    const [one, other] = [await keys.store(context, object), await keys.store(context, object)]
    assert.notEqual(one, other)
    await keys.delete(context, one)
    assertSame(await keys.get(context, other), object)
    await keys.delete(context, other)
  },
}

const immutable: ConformanceCase = {
  name: 'what the caller does with its buffers after store and get changes nothing',
  async run({ keys, context }) {
    const object = sampleOf('symmetric').make()
    const bytes = SecretBytes.from(object.value.reveal())
    const id = await keys.store(context, object)
    object.value.dispose()
    const first = await keys.get(context, id)
    first.value.dispose()
    assert.ok((await keys.get(context, id)).value.equals(bytes), 'the value is another')
    await keys.delete(context, id)
  },
}

const deletedOnce: ConformanceCase = {
  name: 'a deleted object is not_found for get, describe and a second delete, and is not listed',
  async run({ keys, context }) {
    const id = await keys.store(context, sampleOf('symmetric').make())
    await keys.delete(context, id)
    await expectError(() => keys.get(context, id), 'not_found')
    await expectError(() => keys.describe(context, id), 'not_found')
    await expectError(() => keys.delete(context, id), 'not_found')
    const ids = (await collect(keys.list(context, { kind: 'symmetric' }))).map((info) => info.id)
    assert.ok(!ids.includes(id), 'it is still listed')
  },
}
