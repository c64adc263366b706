import assert from 'node:assert/strict'
import { type Context, type ErrorCode, KeyManagerError, symmetricKey } from '@chatelaine/core'
import { collect, expectError } from '../expect-error.ts'
import type { Bench, ConformanceCase } from '../harness.ts'
import { sampleOf } from '../samples.ts'

/** Many callers, aborts, deadlines and closing. */
export function concurrencyCases(): ConformanceCase[] {
  return [parallel, oneDeleteWins, abortedBefore, abortedDuring, pastDeadline, closing, closed]
}

const parallel: ConformanceCase = {
  name: '20 callers at once each get their own object',
  async run({ keys, context }) {
    const work = async (index: number) => {
      const object = symmetricKey(new Uint8Array(32).fill(index + 1), { name: `caller ${index}` })
      const id = await keys.store(context, object)
      const got = await keys.get(context, id)
      assert.ok(got.value.equals(object.value))
      assert.equal(got.name, object.name)
      await keys.delete(context, id)
      await expectError(() => keys.get(context, id), 'not_found')
    }
    await Promise.all(Array.from({ length: 20 }, (_, index) => work(index)))
  },
}

const oneDeleteWins: ConformanceCase = {
  name: 'of several deletes at once one succeeds and the others are not_found',
  async run({ keys, context }) {
    const id = await keys.store(context, sampleOf('symmetric').make())
    const deletes = await Promise.allSettled(Array.from({ length: 5 }, () => keys.delete(context, id)))
    const failures = deletes.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []))
    assert.ok(failures.every((error) => KeyManagerError.is(error, 'not_found')))
    assert.equal(failures.length, 4)
  },
}

// Every operation that may reach the backend, on an object that exists.
async function eachOperation(bench: Bench, context: Context, ...codes: ErrorCode[]): Promise<void> {
  const { keys } = bench
  const id = await keys.store(bench.context, sampleOf('symmetric').make({ name: 'stays as it is' }))
  await expectError(() => keys.store(context, sampleOf('symmetric').make()), ...codes)
  await expectError(() => keys.get(context, id), ...codes)
  await expectError(() => keys.describe(context, id), ...codes)
  await expectError(() => keys.delete(context, id), ...codes)
  await expectError(() => collect(keys.list(context)), ...codes)
  await keys.get(bench.context, id)
  await keys.delete(bench.context, id)
}

const abortedBefore: ConformanceCase = {
  name: 'with a signal that is aborted already every operation is aborted and changes nothing',
  run: (bench) => eachOperation(bench, { ...bench.context, signal: AbortSignal.abort() }, 'aborted'),
}

const pastDeadline: ConformanceCase = {
  name: 'with a deadline that has passed every operation is deadline_exceeded and changes nothing',
  run(bench) {
    const signal = AbortSignal.abort(new DOMException('late', 'TimeoutError'))
    return eachOperation(bench, { ...bench.context, signal }, 'deadline_exceeded')
  },
}

const abortedDuring: ConformanceCase = {
  name: 'an abort in the middle ends every call soon, and what comes after works',
  async run({ keys, context }) {
    const id = await keys.store(context, sampleOf('symmetric').make())
    for (const delay of [0, 1, 3]) {
      const controller = new AbortController()
      const aborted = { ...context, signal: controller.signal }
      const reads = Array.from({ length: 10 }, () => keys.get(aborted, id))
      const writes = Array.from({ length: 10 }, () => keys.store(aborted, sampleOf('symmetric').make({ name: 'cut' })))
      setTimeout(() => controller.abort(), delay)
      await settledWith([...reads, ...writes], 'aborted', 'indeterminate')
    }
    assert.equal((await keys.get(context, id)).id, id)
    await keys.delete(context, id)
    for (const info of await collect(keys.list(context, { name: 'cut' }))) await keys.delete(context, info.id)
  },
}

async function settledWith(calls: readonly Promise<unknown>[], ...codes: ErrorCode[]): Promise<void> {
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === 'fulfilled') continue
    assert.ok(KeyManagerError.is(result.reason), `no KeyManagerError: ${String(result.reason)}`)
    assert.ok(codes.includes(result.reason.code), `${result.reason.code} where ${codes.join(' or ')} was expected`)
  }
}

const closing: ConformanceCase = {
  name: 'close lets calls in flight end, keeps what they promised, and can be called twice',
  async run({ open, keys, context }) {
    const other = await open()
    const stores = Array.from({ length: 10 }, () => other.store(context, sampleOf('symmetric').make({ name: 'last' })))
    await Promise.all([other.close(), other.close()])
    await other.close()
    await settledWith(stores)
    const ids = await Promise.all(stores)
    for (const id of ids) await keys.get(context, id)
    for (const id of ids) await keys.delete(context, id)
  },
}

const closed: ConformanceCase = {
  name: 'after close every operation is closed',
  async run({ open, context, keys }) {
    const id = await keys.store(context, sampleOf('symmetric').make())
    const other = await open()
    await other.get(context, id)
    await other.close()
    await expectError(() => other.store(context, sampleOf('symmetric').make()), 'closed')
    await expectError(() => other.get(context, id), 'closed')
    await expectError(() => other.describe(context, id), 'closed')
    await expectError(() => other.delete(context, id), 'closed')
    await expectError(() => collect(other.list(context)), 'closed')
    await keys.delete(context, id)
  },
}
