// Runs in every test file: each value that goes through a KeyManager or a KMIP client is watched for in errors, in temporary
// files before they go, and in all that the run prints.
import { KeyManager, type ObjectInfo, SecretBytes } from '@chatelaine/core'
import { Client } from 'kmip-client-ts'
import { afterAll, expect } from 'vitest'
import { handOver, lookAtError, takeLeaks, watchFor } from './watch.ts'

type Method = (...args: unknown[]) => unknown

const calls = [
  'store',
  'get',
  'describe',
  'delete',
  'createKey',
  'createKeyPair',
  'wrap',
  'unwrap',
  'addConsumer',
  'removeConsumer',
  'health',
  'close',
]
watchCalls(KeyManager.prototype, calls, watchSecrets)
watchCalls(KeyManager, ['open'], () => {})
watchList(KeyManager.prototype)
watchCalls(Client.prototype, ['request', 'batch'], watchBytes)

afterAll(() => {
  const { CHATELAINE_LEAKS: folder } = process.env
  if (folder !== undefined) handOver(folder)
  expect(takeLeaks(), 'values of secrets were found').toEqual([])
})

function watchCalls(prototype: object, names: readonly string[], watch: (value: unknown) => void): void {
  for (const name of names) {
    const method = Reflect.get(prototype, name) as Method
    Reflect.set(prototype, name, function watched(this: unknown, ...args: unknown[]) {
      for (const arg of args) watch(arg)
      const result = method.apply(this, args)
      if (result instanceof Promise) result.then(watch, (error: unknown) => lookAtError(`an error of ${name}`, error))
      return result
    })
  }
}

function watchList(prototype: KeyManager): void {
  const list = Reflect.get(prototype, 'list') as (...args: unknown[]) => AsyncIterable<ObjectInfo>
  prototype.list = async function* watched(...args) {
    try {
      yield* list.apply(this, args)
    } catch (error) {
      lookAtError('an error of list', error)
      throw error
    }
  }
}

function watchSecrets(given: unknown): void {
  if (SecretBytes.is(given)) watchSecret('opaque', given)
  else if (typeof given === 'object' && given !== null && 'value' in given && SecretBytes.is(given.value)) {
    watchSecret('kind' in given ? String(given.kind) : 'opaque', given.value)
  }
}

function watchSecret(kind: string, secret: SecretBytes): void {
  try {
    secret.use((bytes) => watchFor(kind, bytes))
  } catch {
    // Disposed: a test of that very mistake.
  }
}

// Keys as KMIP carries them, wherever in a payload they are; what is public among them is not told apart.
function watchBytes(given: unknown, depth = 0): void {
  if (typeof given !== 'object' || given === null || depth > 8) return
  for (const [name, value] of Object.entries(given)) {
    if (value instanceof Uint8Array) {
      if (/^(keyMaterial|key|d|privateExponent|p|q)$/.test(name)) watchFor('symmetric', value)
    } else watchBytes(value, depth + 1)
  }
}
