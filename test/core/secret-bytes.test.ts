import { inspect } from 'node:util'
import { KeyManagerError, SecretBytes } from '@chatelaine/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'

const marker = 'marker-of-secret-bytes'

it('it is printed as [secret] wherever it stands', () => {
  const secret = SecretBytes.fromText(marker)
  const shown = [
    inspect({ secret }, { showHidden: true, depth: 9 }),
    JSON.stringify({ secret }),
    String(secret),
    inspect(secret),
  ]
  for (const text of shown) {
    expect(text).toContain('[secret]')
    expect(text).not.toContain(marker)
  }
  expect(Object.keys(secret)).toEqual([])
})

it('it copies in and out, and every buffer is its own', () => {
  const pooled = Buffer.from('pooled bytes')
  const secret = SecretBytes.from(pooled)
  pooled.fill(0)
  const out = secret.reveal()
  expect(Buffer.from(out).toString()).toBe('pooled bytes')
  expect(out.buffer.byteLength).toBe(out.byteLength)
  out.fill(0)
  expect(secret.revealText()).toBe('pooled bytes')
  secret.use((bytes) => expect(bytes.buffer.byteLength).toBe(bytes.byteLength))
})

it('take copies and wipes a slice, and takes a whole buffer as it is', () => {
  const whole = new Uint8Array([1, 2, 3])
  const slice = new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4)
  expect(SecretBytes.take(whole).equals(SecretBytes.take(slice))).toBe(true)
  expect([...slice]).toEqual([0, 0, 0])
})

it('dispose wipes its own bytes, and what comes after is closed', () => {
  const secret = SecretBytes.from(Uint8Array.of(1, 2, 3))
  let inside = new Uint8Array(0)
  secret.use((bytes) => {
    inside = bytes
  })
  secret.dispose()
  expect([...inside]).toEqual([0, 0, 0])
  expect(secret.length).toBe(3)
  for (const use of [() => secret.reveal(), () => secret.revealText(), () => secret.equals(secret)]) {
    expect(use).toThrow(expect.objectContaining({ code: 'closed' }))
  }
})

it('equals says whether the bytes are the same', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (one, other) => {
      const same = Buffer.compare(one, other) === 0
      expect(SecretBytes.from(one).equals(SecretBytes.from(other))).toBe(same)
    }),
  )
})

it('bytes that are no UTF-8 are integrity as text, and their content is not in the error', () => {
  const error = ((): unknown => {
    try {
      return SecretBytes.from(Uint8Array.of(0x61, 0xff)).revealText()
    } catch (thrown) {
      return thrown
    }
  })()
  expect(KeyManagerError.is(error, 'integrity')).toBe(true)
})

it('a byte order mark is a part of the text', () => {
  expect(SecretBytes.fromText('\ufeffx').revealText()).toBe('\ufeffx')
})

it('SecretBytes of another installed copy are known', () => {
  expect(SecretBytes.is({ [Symbol.for('@chatelaine/core/SecretBytes')]: true })).toBe(true)
  expect(SecretBytes.is(new Uint8Array(1))).toBe(false)
})
