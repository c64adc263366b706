import assert from 'node:assert/strict'
import { type ErrorCode, KeyManagerError } from '@chatelaine/core'

/** Waits for `work` to fail with a KeyManagerError of one of `codes`, and gives it. */
export async function expectError(work: () => Promise<unknown>, ...codes: ErrorCode[]): Promise<KeyManagerError> {
  const error = await work().then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  assert.ok(error !== undefined, `it succeeded where ${codes.join(' or ')} was expected`)
  assert.ok(KeyManagerError.is(error), `it failed with something that is no KeyManagerError`)
  assert.ok(codes.includes(error.code), `it failed with ${error.code} where ${codes.join(' or ')} was expected`)
  return error
}

/** Reads a list to its end. */
export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}
