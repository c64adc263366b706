import { readFileSync } from 'node:fs'
import {
  decodeItem,
  decodeRequest,
  decodeResponse,
  encodeItem,
  encodeRequest,
  encodeResponse,
  findOperation,
  KmipError,
  type Version,
} from 'kmip-client-ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

interface Recording {
  readonly operation: string
  readonly version: Version
  readonly request: string
  readonly response: string
}

const file = new URL('../vectors/kmip/pykmip.json', import.meta.url)
const recordings = JSON.parse(readFileSync(file, 'utf8')) as readonly Recording[]
const messages = recordings.flatMap(({ request, response, version, operation }) => [
  { half: 'request' as const, bytes: Buffer.from(request, 'hex'), version, operation },
  { half: 'response' as const, bytes: Buffer.from(response, 'hex'), version, operation },
])

const options = { findPayload: findOperation }

function throughTables({ half, bytes }: { half: 'request' | 'response'; bytes: Uint8Array }): Uint8Array {
  if (half === 'request') {
    const message = decodeRequest(bytes, options)
    return encodeRequest(message, versionOf(message.header.protocolVersion), findOperation)
  }
  const message = decodeResponse(bytes, options)
  return encodeResponse(message, versionOf(message.header.protocolVersion), findOperation)
}

function versionOf({ major, minor }: { major: number; minor: number }): Version {
  return `${major}.${minor}` as Version
}

// What PyKMIP's client sends although that version of the standard does not have it.
const beyondTheirVersion = new Set(
  ['1.0', '1.1'].flatMap((version) =>
    [
      'Encrypt pre-active (error)',
      'Encrypt AES-CBC',
      'Encrypt AES-GCM',
      'Sign RSA-PSS',
      'SignatureVerify bad',
      'MAC HMAC-SHA256',
    ].map((operation) => `request ${operation} ${version}`),
  ),
)
beyondTheirVersion.add('request Get wrapped (NIST key wrap) 1.0')
beyondTheirVersion.add('response Get wrapped (NIST key wrap) 1.0')

// PyKMIP's client sends the template attribute of KMIP 1 in a request of KMIP 2; the tables write what the standard has there.
const ofTheWrongVersion = 'request Rekey 2.0'

describe('the 1052 recorded messages', () => {
  it('are encoded as plain items byte for byte as they were decoded', () => {
    expect(messages).toHaveLength(1052)
    for (const { bytes } of messages) expect(Buffer.compare(encodeItem(decodeItem(bytes)), bytes)).toBe(0)
  })

  it('are encoded by the field tables byte for byte, but for what is not in their version', () => {
    const refused: string[] = []
    for (const message of messages) {
      const name = `${message.half} ${message.operation} ${message.version}`
      if (name === ofTheWrongVersion) continue
      try {
        expect(Buffer.from(throughTables(message)).toString('hex'), name).toBe(message.bytes.toString('hex'))
      } catch (error) {
        if (!KmipError.is(error, 'unsupported')) throw error
        refused.push(name)
      }
    }
    expect(new Set(refused)).toEqual(beyondTheirVersion)
  })

  it('hold no item that the field tables do not know', () => {
    for (const message of messages) {
      const decoded =
        message.half === 'request' ? decodeRequest(message.bytes, options) : decodeResponse(message.bytes, options)
      expect(strangers(decoded), message.operation).toEqual([])
    }
  })
})

function strangers(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || value instanceof Date) return []
  const own = Object.getOwnPropertySymbols(value)
  return [...own, ...Object.values(value).flatMap(strangers)]
}

describe('damaged messages', () => {
  const { stackTraceLimit } = Error

  // Millions of errors are thrown here, and nobody reads where.
  beforeAll(() => {
    Error.stackTraceLimit = 0
  })

  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit
  })

  it('give a value or a typed error at every truncation', () => {
    for (const { half, bytes } of messages) {
      for (let length = 0; length < bytes.length; length++) survives(half, bytes.subarray(0, length))
    }
  })

  it('give a value or a typed error for every single bit that is flipped', () => {
    for (const { half, bytes } of messages) {
      const copy = Buffer.from(bytes)
      for (let bit = 0; bit < copy.length * 8; bit++) {
        flip(copy, bit)
        survives(half, copy)
        flip(copy, bit)
      }
    }
  }, 120_000)
})

function flip(bytes: Buffer, bit: number): void {
  bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7))
}

function survives(half: 'request' | 'response', bytes: Uint8Array): void {
  try {
    if (half === 'request') decodeRequest(bytes, options)
    else decodeResponse(bytes, options)
  } catch (error) {
    if (!KmipError.is(error, 'malformed') && !KmipError.is(error, 'too_large')) throw error
  }
}
