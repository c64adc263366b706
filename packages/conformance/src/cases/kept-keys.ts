import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { type Capabilities, type NewObject, type ObjectId, SecretBytes, symmetricKey } from '@chatelaine/core'
import { expectError } from '../expect-error.ts'
import type { Bench, ConformanceCase } from '../harness.ts'
import { sampleOf } from '../samples.ts'

/** Keys that stay in the backend, wrapping under them, and ids that the caller chooses. */
export function keptKeyCases({ nonExtractable, createKey, wrap, chosenIds }: Capabilities): ConformanceCase[] {
  return [
    ...(nonExtractable ? [storedStays] : [noExtractable]),
    ...(nonExtractable && createKey ? [createdStays] : []),
    ...(wrap ? [wraps, wrapsUnderOneKey, wrapNeedsKey] : [noWrap]),
    chosenIds ? chosenId : noChosenId,
  ]
}

function staying(): NewObject {
  return symmetricKey(sampleOf('symmetric').make().value.reveal(), { extractable: false, name: 'stays' })
}

async function assertStays({ keys, context }: Bench, id: ObjectId): Promise<void> {
  await expectError(() => keys.get(context, id), 'not_extractable')
  const info = await keys.describe(context, id)
  assert.ok('extractable' in info && info.extractable === false, 'describe does not say so')
  assert.equal(info.name, 'stays')
  await keys.delete(context, id)
}

const storedStays: ConformanceCase = {
  name: 'get of a stored key with extractable: false is not_extractable, describe works',
  run: async (bench) => assertStays(bench, await bench.keys.store(bench.context, staying())),
}

const createdStays: ConformanceCase = {
  name: 'get of a created key with extractable: false is not_extractable, describe works',
  async run(bench) {
    const spec = { algorithm: 'AES', bitLength: 256, extractable: false, name: 'stays' }
    await assertStays(bench, await bench.keys.createKey(bench.context, spec))
  },
}

const noExtractable: ConformanceCase = {
  name: 'extractable: false is unsupported',
  run: async ({ keys, context }) => void (await expectError(() => keys.store(context, staying()), 'unsupported')),
}

const wraps: ConformanceCase = {
  name: 'unwrap gives what wrap took, of 1, 16, 32 and 100 bytes, and the wrapped bytes show none of it',
  async run({ keys, context }) {
    const id = await keys.store(context, sampleOf('symmetric').make())
    for (const length of [1, 16, 32, 100]) {
      const bytes = SecretBytes.from(new Uint8Array(length).fill(0x5a))
      const wrapped = await keys.wrap(context, id, bytes)
      assert.equal(wrapped.mechanism, keys.capabilities.wrap?.[0])
      assert.ok(
        length < 16 || !Buffer.from(wrapped.bytes).includes(Buffer.from(bytes.reveal())),
        'the bytes are in the clear',
      )
      assert.ok((await keys.unwrap(context, id, wrapped)).equals(bytes))
    }
    await keys.delete(context, id)
  },
}

const wrapsUnderOneKey: ConformanceCase = {
  name: 'unwrap with another key, or of changed bytes, is integrity',
  async run({ keys, context }) {
    const id = await keys.store(context, sampleOf('symmetric').make())
    const other = await keys.store(context, symmetricKey(new Uint8Array(32).fill(7)))
    const wrapped = await keys.wrap(context, id, SecretBytes.from(new Uint8Array(32).fill(1)))
    await expectError(() => keys.unwrap(context, other, wrapped), 'integrity')
    const changed = Uint8Array.from(wrapped.bytes)
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1
    await expectError(() => keys.unwrap(context, id, { ...wrapped, bytes: changed }), 'integrity')
    await expectError(() => keys.unwrap(context, id, { ...wrapped, mechanism: 'ROT13' }), 'unsupported')
    for (const each of [id, other]) await keys.delete(context, each)
  },
}

const wrapNeedsKey: ConformanceCase = {
  name: 'wrap under a key that is not there, or is of another project, is not_found',
  async run({ keys, context, stranger }) {
    const id = await keys.store(context, sampleOf('symmetric').make())
    const bytes = SecretBytes.fromText('sixteen bytes ..')
    const wrapped = await keys.wrap(context, id, bytes)
    await expectError(() => keys.wrap(stranger, id, bytes), 'not_found')
    await expectError(() => keys.unwrap(stranger, id, wrapped), 'not_found')
    await keys.delete(context, id)
    await expectError(() => keys.wrap(context, id, bytes), 'not_found')
    await expectError(() => keys.unwrap(context, id, wrapped), 'not_found')
  },
}

const noWrap: ConformanceCase = {
  name: 'wrap and unwrap are unsupported',
  async run({ keys, context }) {
    const id = await keys.store(context, sampleOf('symmetric').make())
    const wrapped = { mechanism: 'AES-KWP', bytes: new Uint8Array(16) }
    await expectError(() => keys.wrap(context, id, SecretBytes.fromText('x')), 'unsupported')
    await expectError(() => keys.unwrap(context, id, wrapped), 'unsupported')
    await keys.delete(context, id)
  },
}

function choose(bench: Bench): ObjectId {
  return bench.chosenId?.('symmetric') ?? randomUUID()
}

const chosenId: ConformanceCase = {
  name: 'a chosen id is kept, repeating it with equal bytes is harmless, with others already_exists',
  async run(bench) {
    const { keys, context, stranger } = bench
    const id = choose(bench)
    const object = sampleOf('symmetric').make({ name: 'chosen' })
    assert.equal(await keys.store(context, object, { id }), id)
    assert.equal(await keys.store(context, object, { id }), id)
    const other = symmetricKey(new Uint8Array(32).fill(9))
    await expectError(() => keys.store(context, other, { id }), 'already_exists')
    // Ids may be of a project or of all: a stranger's object under the same one is refused, or is another.
    const strange = await keys.store(stranger, other, { id }).catch((error: unknown) => error)
    if (strange === id) await keys.delete(stranger, id)
    else await expectError(() => Promise.reject(strange), 'already_exists', 'permission_denied')
    assert.ok((await keys.get(context, id)).value.equals(object.value))
    await keys.delete(context, id)
  },
}

const noChosenId: ConformanceCase = {
  name: 'a chosen id is unsupported',
  async run(bench) {
    const store = () => bench.keys.store(bench.context, sampleOf('symmetric').make(), { id: choose(bench) })
    await expectError(store, 'unsupported')
  },
}
