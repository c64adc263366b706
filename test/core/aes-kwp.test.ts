import { SecretBytes, symmetricKey, unwrapAesKwp, wrapAesKwp } from '@chatelaine/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'

const hex = (text: string) => Buffer.from(text, 'hex')

// RFC 5649, section 6.
const key = symmetricKey(hex('5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8'))
const examples = [
  ['c37b7e6492584340bed12207808941155068f738', '138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a'],
  ['466f7250617369', 'afbeb0f07dfbf5419200f2ccb50bb24f'],
] as const

for (const [plain, wrapped] of examples) {
  it(`${plain.length / 2} bytes are wrapped as in RFC 5649`, () => {
    const result = wrapAesKwp(key, SecretBytes.from(hex(plain)))
    expect(Buffer.from(result.bytes).toString('hex')).toBe(wrapped)
    expect(Buffer.from(unwrapAesKwp(key, result).reveal()).toString('hex')).toBe(plain)
  })
}

it('whatever is wrapped is unwrapped, and no flipped bit is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.nat(), (plain, where) => {
      const secret = SecretBytes.from(plain)
      const wrapped = wrapAesKwp(key, secret)
      expect(unwrapAesKwp(key, wrapped).equals(secret)).toBe(true)
      const bytes = Uint8Array.from(wrapped.bytes)
      const at = where % (bytes.length * 8)
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7))
      expect(() => unwrapAesKwp(key, { ...wrapped, bytes })).toThrow(expect.objectContaining({ code: 'integrity' }))
    }),
  )
})

it('bytes of any length that were never wrapped are integrity', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(() => unwrapAesKwp(key, { mechanism: 'AES-KWP', bytes })).toThrow(
        expect.objectContaining({ code: 'integrity' }),
      )
    }),
  )
})
