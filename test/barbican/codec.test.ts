import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decode, encodedLength, encodeInto } from '../../packages/barbican/src/base64.ts'
import { decodePem, encodePem } from '../../packages/barbican/src/pem.ts'
import { backOff } from '../../packages/barbican/src/retry.ts'

const bytes = fc.uint8Array({ maxLength: 300 })

describe('base64 that never is a string', () => {
  it('is that of Buffer, both ways', () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const text = new Uint8Array(encodedLength(value.length))
        encodeInto(value, text, 0)
        expect(Buffer.from(text).toString()).toBe(Buffer.from(value).toString('base64'))
        expect(Buffer.from(decode(text) ?? [1])).toEqual(Buffer.from(value))
      }),
    )
  })

  it('may be broken into lines, and holds nothing else', () => {
    expect(decode(Buffer.from('AAEC\r\nAwQF\n'))).toEqual(new Uint8Array([0, 1, 2, 3, 4, 5]))
    expect(decode(Buffer.from('AA*C'))).toBeUndefined()
    expect(decode(Buffer.from('AA-_'))).toBeUndefined()
  })
})

describe('PEM', () => {
  it('comes back with its label, whatever stands around it', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom('', 'subject=/CN=x\n\n', '\n'), (value, before) => {
        const text = Buffer.concat([Buffer.from(before), encodePem('PRIVATE KEY', value)])
        const block = decodePem(text)
        expect(block?.label).toBe('PRIVATE KEY')
        expect(Buffer.from(block?.bytes ?? [1])).toEqual(Buffer.from(value))
      }),
    )
  })

  it('is what OpenSSL writes, byte for byte', () => {
    for (const { privateKey } of [
      generateKeyPairSync('ed25519'),
      generateKeyPairSync('ec', { namedCurve: 'P-521' }),
      generateKeyPairSync('rsa', { modulusLength: 1024 }),
    ]) {
      const pem = encodePem('PRIVATE KEY', privateKey.export({ type: 'pkcs8', format: 'der' }))
      expect(Buffer.from(pem).toString()).toBe(privateKey.export({ type: 'pkcs8', format: 'pem' }))
      expect(createPrivateKey(Buffer.from(pem)).equals(privateKey)).toBe(true)
    }
  })

  it('is none where an end is missing, or where it has headers', () => {
    expect(decodePem(Buffer.from('-----BEGIN PRIVATE KEY-----\nAAEC\n'))).toBeUndefined()
    expect(decodePem(Buffer.from('-----BEGIN X-----\nProc-Type: 4\n\nAAEC\n-----END X-----'))).toBeUndefined()
  })
})

describe('back-off', () => {
  it('doubles to five seconds, and half of it is chance', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), (attempt) => {
        const longest = Math.min(5_000, 100 * 2 ** (attempt - 1))
        expect(backOff(attempt)).toBeGreaterThanOrEqual(longest / 2)
        expect(backOff(attempt)).toBeLessThanOrEqual(longest)
      }),
    )
  })
})
