import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type Capabilities, type NewObject, opaque, SecretBytes, symmetricKey, uuidv7 } from '@chatelaine/core'
import { collect, expectError } from '../expect-error.ts'
import type { Bench, ConformanceCase } from '../harness.ts'
import { sampleOf } from '../samples.ts'

/** Names, ids and values at the edges of what is allowed. */
export function edgeCases(capabilities: Capabilities): ConformanceCase[] {
  return [...nameCases(), ...refusedNames(), ...idCases(), ...valueCases(capabilities), emptyValue]
}

function nameCases(): ConformanceCase[] {
  const names: readonly [string, string | undefined][] = [
    ['no name', undefined],
    ['a name of 255 bytes', `${'n'.repeat(252)}…`],
    ['a name with slashes and dots', '../a/b?c=d#e%2f'],
    ['a name with emoji', '🗝️ clé 鍵'],
    ['a name that is not in normal form', 'e\u0301'],
    ['a name that holds NUL', 'before\u0000after'],
    ['a name with quotes, line feeds and blanks at its ends', ' "it\'s"\n;-- '],
  ]
  return names.map(([title, name]) => ({ name: `${title} is kept`, run: (bench) => keepsName(bench, name) }))
}

async function keepsName({ keys, context }: Bench, name: string | undefined): Promise<void> {
  const id = await keys.store(context, sampleOf('symmetric').make({ name }))
  const other = await keys.store(context, sampleOf('symmetric').make({ name: 'another' }))
  assert.equal((await keys.get(context, id)).name, name)
  assert.equal((await keys.describe(context, id)).name, name)
  if (name !== undefined) {
    const found = await collect(keys.list(context, { name }))
    assert.deepEqual(
      found.map((info) => info.id),
      [id],
    )
  }
  for (const each of [id, other]) await keys.delete(context, each)
}

function refusedNames(): ConformanceCase[] {
  const names: readonly [string, string][] = [
    ['an empty name', ''],
    ['a name of 256 bytes', 'n'.repeat(256)],
    ['a name with a lone surrogate', '\ud800'],
  ]
  return names.map(([title, name]) => ({
    name: `${title} is refused`,
    run: async ({ keys, context }) =>
      void (await expectError(() => keys.store(context, sampleOf('symmetric').make({ name })), 'invalid_argument')),
  }))
}

function idCases(): ConformanceCase[] {
  const ids: readonly [string, string][] = [
    ['an id that was never given', uuidv7()],
    ['an empty id', ''],
    ['an id of 255 bytes', 'f'.repeat(255)],
    ['an id of 256 bytes', 'f'.repeat(256)],
    ['an id with slashes', '../../secrets'],
    ['an id with percent signs', '%00%2e%2e'],
    ['an id that holds NUL', 'a\u0000b'],
    ['an id with emoji', '🔑'],
    ['an id with SQL', "' OR '1'='1"],
    ['an id with a lone surrogate', '\ud800'],
  ]
  return ids.map(([title, id]) => ({
    name: `${title} is not_found`,
    async run({ keys, context }) {
      await expectError(() => keys.get(context, id), 'not_found')
      await expectError(() => keys.describe(context, id), 'not_found')
      await expectError(() => keys.delete(context, id), 'not_found')
    },
  }))
}

function valueCases({ kinds, maxValueLength = 65_536 }: Capabilities): ConformanceCase[] {
  const longest = Math.min(maxValueLength, 65_536)
  const ofLength = (length: number): NewObject =>
    kinds.includes('opaque') ? opaque(randomBytes(length)) : symmetricKey(randomBytes(length), { algorithm: 'generic' })
  return [1, longest].map((length) => ({
    name: length === 1 ? 'a value of one byte is kept' : 'a value of 64 KiB, or of the greatest length, is kept',
    async run({ keys, context }) {
      const object = ofLength(length)
      const id = await keys.store(context, object)
      assert.ok((await keys.get(context, id)).value.equals(object.value), 'the value is another')
      await keys.delete(context, id)
    },
  }))
}

const emptyValue: ConformanceCase = {
  name: 'an empty value is refused',
  async run({ keys, context }) {
    const object = { kind: 'opaque', value: SecretBytes.from(new Uint8Array(0)) } as const
    await expectError(() => keys.store(context, object), 'invalid_argument', 'unsupported')
  },
}
