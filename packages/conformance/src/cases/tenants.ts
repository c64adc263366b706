import assert from 'node:assert/strict'
import { collect, expectError } from '../expect-error.ts'
import type { ConformanceCase } from '../harness.ts'
import { sampleOf } from '../samples.ts'

/** Another project sees, lists and deletes nothing. */
export function tenantCases(): ConformanceCase[] {
  return [unseen, unlisted, keptApart]
}

const unseen: ConformanceCase = {
  name: 'an object of another project is not_found for get, describe and delete',
  async run({ keys, context, stranger }) {
    const id = await keys.store(context, sampleOf('symmetric').make())
    await expectError(() => keys.get(stranger, id), 'not_found')
    await expectError(() => keys.describe(stranger, id), 'not_found')
    await expectError(() => keys.delete(stranger, id), 'not_found')
    await expectError(() => keys.delete(stranger, id, { force: true }), 'not_found')
    await keys.get(context, id)
    await keys.delete(context, id)
  },
}

const unlisted: ConformanceCase = {
  name: 'an object of another project is not listed',
  async run({ keys, context, stranger }) {
    const id = await keys.store(context, sampleOf('symmetric').make({ name: 'not yours' }))
    const all = (await collect(keys.list(stranger))).map((info) => info.id)
    assert.ok(!all.includes(id), 'a stranger lists it')
    assert.deepEqual(await collect(keys.list(stranger, { name: 'not yours' })), [])
    await keys.delete(context, id)
  },
}

const keptApart: ConformanceCase = {
  name: 'what another project stores is its own, or is permission_denied',
  async run({ keys, context, stranger }) {
    const stored = keys.store(stranger, sampleOf('symmetric').make())
    const id = await stored.catch(() => undefined)
    if (id === undefined) {
      await expectError(() => stored, 'permission_denied')
    } else {
      await expectError(() => keys.get(context, id), 'not_found')
      await keys.delete(stranger, id)
    }
  },
}
