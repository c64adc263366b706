import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import { type Capabilities, KeyManagerError, opaque, passphrase, symmetricKey } from '@chatelaine/core'
import { collect } from '../expect-error.ts'
import type { ConformanceCase } from '../harness.ts'

/** Nothing that is shown, printed or turned into JSON holds a value. */
export function secrecyCases({ kinds }: Capabilities): ConformanceCase[] {
  const objects = [passphrase(marker), opaque(Buffer.from(marker)), symmetricKey(Buffer.from(marker))]
  return objects
    .filter((object) => kinds.includes(object.kind))
    .map((object) => ({
      name: `nothing that is printed of a stored ${object.kind} shows its value`,
      async run({ keys, context, stranger }) {
        const id = await keys.store(context, object)
        const shown: unknown[] = [await keys.get(context, id), await keys.describe(context, id), keys]
        shown.push(...(await collect(keys.list(context))))
        const failing = [
          () => keys.get(stranger, id),
          () => keys.store(context, { ...object, name: '' }),
          () => keys.store({ ...context, signal: AbortSignal.abort() }, object),
          () => keys.store(context, object, { id: '' }),
        ]
        for (const work of failing) shown.push(await work().catch((error: unknown) => error))
        assert.ok(shown.filter((each) => KeyManagerError.is(each)).length >= 4, 'not every call failed')
        for (const each of shown) assertShowsNothing(each)
        await keys.delete(context, id)
      },
    }))
}

const marker = 'marker-of-the-secrecy-case-32byt'

function assertShowsNothing(value: unknown): void {
  const text = [inspect(value, { depth: 12, showHidden: true }), JSON.stringify(value), String(value)].join('\n')
  const bytes = Buffer.from(marker)
  const forms = [
    marker,
    bytes.toString('hex'),
    bytes.toString('base64').slice(0, 40),
    [...bytes.subarray(0, 8)].join(', '),
  ]
  for (const form of forms) assert.ok(!text.includes(form), 'a value is shown')
}
