import { inspect } from 'node:util'
import { KeyManagerError } from '@chatelaine/core'
import { expect, it } from 'vitest'

const marker = 'marker-of-a-token'

it('a foreign cause keeps its name, code and stack, and nothing that it carries', () => {
  const cause = Object.assign(new TypeError(`bad request with ${marker}`), {
    code: 'E_FOREIGN',
    config: { headers: { token: marker } },
  })
  const error = new KeyManagerError('unavailable', 'get "x": no answer', { cause })
  expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error) + String(error.cause)).not.toContain(
    marker,
  )
  expect(String(error.cause)).toBe('Error: TypeError E_FOREIGN')
  expect((error.cause as Error).stack).toContain('errors.test')
})

it('a cause that is a KeyManagerError is kept, anything else that is no Error is not', () => {
  const cause = new KeyManagerError('integrity', 'inner')
  expect(new KeyManagerError('unknown', 'outer', { cause }).cause).toBe(cause)
  expect(new KeyManagerError('unknown', 'outer', { cause: marker }).cause).toBeUndefined()
})

it('is knows an error of another installed copy, and the code', () => {
  const foreign = { [Symbol.for('@chatelaine/core/KeyManagerError')]: true, code: 'not_found' }
  expect(KeyManagerError.is(foreign)).toBe(true)
  expect(KeyManagerError.is(foreign, 'not_found')).toBe(true)
  expect(KeyManagerError.is(foreign, 'in_use')).toBe(false)
  for (const other of [undefined, null, 'not_found', new Error('x')]) expect(KeyManagerError.is(other)).toBe(false)
})

it('only unavailable is retryable unless it is said', () => {
  expect(new KeyManagerError('unavailable', '').retryable).toBe(true)
  expect(new KeyManagerError('indeterminate', '').retryable).toBe(false)
  expect(new KeyManagerError('unavailable', '', { retryable: false }).retryable).toBe(false)
})
