import assert from 'node:assert/strict'
import type { Capabilities, ObjectId } from '@chatelaine/core'
import { collect } from '../expect-error.ts'
import type { Bench, ConformanceCase } from '../harness.ts'
import { sampleOf } from '../samples.ts'

/** Everything is listed once, page after page, and filters are exact. */
export function listCases(capabilities: Capabilities): ConformanceCase[] {
  return [wholeList, resumed, ...filters(capabilities), leftHalfRead]
}

async function inParallel<Result>(count: number, work: (index: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const worker = async () => {
    while (next < count) {
      const index = next
      next += 1
      results[index] = await work(index)
    }
  }
  await Promise.all(Array.from({ length: 16 }, worker))
  return results
}

async function withMany(
  bench: Bench,
  count: number,
  use: (ids: ObjectId[], name: string) => Promise<void>,
): Promise<void> {
  const { keys, context } = bench
  const name = `many ${count}`
  const sample = sampleOf('symmetric')
  const ids = await inParallel(count, () => keys.store(context, sample.make({ name })))
  await use(ids, name)
  await inParallel(ids.length, (index) => keys.delete(context, ids[index] ?? ''))
}

const wholeList: ConformanceCase = {
  name: 'list gives every object once, beyond one page, and none of them with a value',
  run: (bench) =>
    withMany(bench, bench.pagedObjects ?? 250, async (ids, name) => {
      const infos = await collect(bench.keys.list(bench.context, { name }))
      assert.deepEqual(infos.map((info) => info.id).sort(), [...ids].sort())
      assert.ok(infos.every((info) => !('value' in info)))
      const all = (await collect(bench.keys.list(bench.context))).map((info) => info.id)
      assert.equal(new Set(all).size, all.length)
      assert.ok(ids.every((id) => all.includes(id)))
    }),
}

const resumed: ConformanceCase = {
  name: 'limit ends a list and after resumes it, without a gap or a repetition',
  run: (bench) =>
    withMany(bench, 7, async (ids, name) => {
      const { keys, context } = bench
      const seen: ObjectId[] = []
      for (const expected of [3, 3, 1, 0]) {
        const page = await collect(keys.list(context, { name, limit: 3, after: seen.at(-1) }))
        assert.equal(page.length, expected)
        seen.push(...page.map((info) => info.id))
      }
      assert.deepEqual(seen.sort(), [...ids].sort())
    }),
}

function filters({ kinds }: Capabilities): ConformanceCase[] {
  return kinds.map((kind) => ({
    name: `list with kind ${kind} gives that kind only`,
    async run({ keys, context }) {
      const ids = await Promise.all(kinds.map((each) => keys.store(context, sampleOf(each).make({ name: 'filtered' }))))
      const infos = await collect(keys.list(context, { kind, name: 'filtered' }))
      assert.deepEqual(
        infos.map((info) => info.id),
        [ids[kinds.indexOf(kind)]],
      )
      if (kind === 'symmetric') {
        const byAlgorithm = await collect(keys.list(context, { name: 'filtered', algorithm: 'AES' }))
        assert.deepEqual(
          byAlgorithm.map((info) => info.id),
          infos.map((info) => info.id),
        )
        assert.deepEqual(await collect(keys.list(context, { name: 'filtered', algorithm: 'DES-EDE3' })), [])
      }
      for (const id of ids) await keys.delete(context, id)
    },
  }))
}

const leftHalfRead: ConformanceCase = {
  name: 'a list that is left half read hinders nothing',
  run: (bench) =>
    withMany(bench, 3, async (ids, name) => {
      for await (const info of bench.keys.list(bench.context, { name })) {
        assert.ok(ids.includes(info.id))
        break
      }
      assert.equal((await collect(bench.keys.list(bench.context, { name }))).length, 3)
    }),
}
