import fc from 'fast-check'
import {
  decodeItem,
  decodeResponse,
  encodeItem,
  encodeRequest,
  findOperation,
  type Item,
  KmipError,
  tagNumber,
  unknownItems,
} from 'kmip-client-ts'
import { describe, expect, it } from 'vitest'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex').toUpperCase()
const tag = 0x420020

// KMIP 1.4 §9.1.2.
const examples: readonly [Item, string][] = [
  [{ tag, type: 'Integer', value: 8 }, '42002002000000040000000800000000'],
  [{ tag, type: 'LongInteger', value: 123456789000000000n }, '420020030000000801B69B4BA5749200'],
  [
    { tag, type: 'BigInteger', value: 1234567890000000000000000000n },
    '42002004000000100000000003FD35EB6BC2DF4618080000',
  ],
  [{ tag, type: 'Enumeration', value: 255 }, '4200200500000004000000FF00000000'],
  [{ tag, type: 'Boolean', value: true }, '42002006000000080000000000000001'],
  [{ tag, type: 'TextString', value: 'Hello World' }, '420020070000000B48656C6C6F20576F726C640000000000'],
  [{ tag, type: 'ByteString', value: Uint8Array.of(1, 2, 3) }, '42002008000000030102030000000000'],
  [{ tag, type: 'DateTime', value: 1205495800n }, '42002009000000080000000047DA67F8'],
  [{ tag, type: 'Interval', value: 864000 }, '4200200A00000004000D2F0000000000'],
  [
    {
      tag,
      type: 'Structure',
      value: [
        { tag: 0x420004, type: 'Enumeration', value: 254 },
        { tag: 0x420005, type: 'Integer', value: 255 },
      ],
    },
    '42002001000000204200040500000004000000FE000000004200050200000004000000FF00000000',
  ],
  [{ tag, type: 'DateTimeExtended', value: 1_700_000_000_123_456n }, '4200200B0000000800060A24181E4240'],
]

describe('primitive items', () => {
  it('have the encoding of the examples in the standard', () => {
    for (const [item, bytes] of examples.slice(0, -1)) {
      expect(hex(encodeItem(item))).toBe(bytes)
      expect(decodeItem(Buffer.from(bytes, 'hex'))).toEqual(item)
    }
    for (const [item] of examples) expect(decodeItem(encodeItem(item))).toEqual(item)
  })

  it('keep numbers of every size and sign', () => {
    for (const value of [
      0n,
      1n,
      -1n,
      127n,
      -128n,
      2n ** 63n - 1n,
      -(2n ** 63n),
      2n ** 63n,
      2n ** 64n,
      -(2n ** 64n),
      2n ** 4095n,
      -(2n ** 4095n),
    ]) {
      const item: Item = { tag, type: 'BigInteger', value }
      const bytes = encodeItem(item)
      expect(bytes.length % 8).toBe(0)
      expect(decodeItem(bytes)).toEqual(item)
    }
    for (const value of [-(2 ** 31), -1, 2 ** 31 - 1])
      expect(decodeItem(encodeItem({ tag, type: 'Integer', value }))).toEqual({ tag, type: 'Integer', value })
    const before1970: Item = { tag, type: 'DateTime', value: -86_400n * 365n * 200n }
    expect(decodeItem(encodeItem(before1970))).toEqual(before1970)
  })

  it('count the bytes of a text, not its characters', () => {
    const item: Item = { tag, type: 'TextString', value: 'clé-鍵-🔑' }
    expect(encodeItem(item)[7]).toBe(13)
    expect(decodeItem(encodeItem(item))).toEqual(item)
  })

  it('that do not fit their type are refused', () => {
    const wrong: Item[] = [
      { tag, type: 'Integer', value: 2 ** 31 },
      { tag, type: 'Integer', value: 0.5 },
      { tag, type: 'Enumeration', value: -1 },
      { tag, type: 'Interval', value: 2 ** 32 },
      { tag, type: 'LongInteger', value: 2n ** 63n },
    ]
    for (const item of wrong) expect(() => encodeItem(item)).toThrow(KmipError)
  })

  it('copy byte strings into arrays of their own', () => {
    const bytes = encodeItem({ tag, type: 'ByteString', value: Uint8Array.of(1, 2, 3) })
    const item = decodeItem(bytes)
    bytes.fill(0)
    expect(item.value).toEqual(Uint8Array.of(1, 2, 3))
    expect((item.value as Uint8Array).buffer.byteLength).toBe(3)
  })
})

function nested(depth: number): Item {
  return depth === 0 ? { tag, type: 'Integer', value: 1 } : { tag, type: 'Structure', value: [nested(depth - 1)] }
}

describe('limits', () => {
  it('hold for depth, items and bytes', () => {
    expect(() => decodeItem(encodeItem(nested(33)))).toThrow(expect.objectContaining({ code: 'too_large' }))
    expect(decodeItem(encodeItem(nested(32)))).toEqual(nested(32))
    const limits = { depth: 8, items: 3, bytes: 64 }
    expect(() => decodeItem(encodeItem(nested(3)), limits)).toThrow(expect.objectContaining({ code: 'too_large' }))
    expect(() => decodeItem(new Uint8Array(65), limits)).toThrow(expect.objectContaining({ code: 'too_large' }))
  })

  it('hold against a length that the message does not have', () => {
    const bytes = Buffer.from(encodeItem({ tag, type: 'ByteString', value: new Uint8Array(8) }))
    bytes.writeUInt32BE(0xffff_ffff, 4)
    expect(() => decodeItem(bytes)).toThrow(expect.objectContaining({ code: 'malformed' }))
  })
})

const leaves = fc.oneof(
  fc.record({ type: fc.constant('Integer' as const), value: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }) }),
  fc.record({
    type: fc.constantFrom('Enumeration' as const, 'Interval' as const),
    value: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  }),
  fc.record({
    type: fc.constantFrom('LongInteger' as const, 'DateTime' as const, 'DateTimeExtended' as const),
    value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  }),
  fc.record({ type: fc.constant('BigInteger' as const), value: fc.bigInt() }),
  fc.record({ type: fc.constant('Boolean' as const), value: fc.boolean() }),
  fc.record({ type: fc.constant('TextString' as const), value: fc.string({ unit: 'grapheme' }) }),
  fc.record({ type: fc.constant('ByteString' as const), value: fc.uint8Array() }),
)
const tags = fc.integer({ min: 0x420001, max: 0x54ffff })
const { tree } = fc.letrec<{ tree: Item }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.tuple(tags, leaves).map(([number, leaf]) => Object.assign({ tag: number }, leaf) as Item),
    fc.record({
      tag: tags,
      type: fc.constant('Structure' as const),
      value: fc.array(tie('tree'), { maxLength: 5 }),
    }) as fc.Arbitrary<Item>,
  ),
}))

describe('any tree of items', () => {
  it('is decoded as it was encoded', () => {
    fc.assert(
      fc.property(tree, (item) => {
        expect(decodeItem(encodeItem(item))).toEqual(item)
      }),
    )
  })
})

describe('any bytes', () => {
  const header = fc.tuple(
    tags,
    fc.integer({ min: 0, max: 12 }),
    fc.integer({ min: 0, max: 40 }),
    fc.uint8Array({ maxLength: 64 }),
  )
  const plausible = fc.array(header, { maxLength: 8 }).map((parts) =>
    Buffer.concat(
      parts.flatMap(([number, type, length, rest]) => {
        const start = Buffer.alloc(8)
        start.writeUIntBE(number, 0, 3)
        start[3] = type
        start.writeUInt32BE(length, 4)
        return [start, rest]
      }),
    ),
  )

  it('give a value or a typed error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 256 }), plausible), (bytes) => {
        for (const decode of [() => decodeItem(bytes), () => decodeResponse(bytes, { findPayload: findOperation })]) {
          try {
            decode()
          } catch (error) {
            if (!KmipError.is(error)) throw error
          }
        }
      }),
      { numRuns: 2000 },
    )
  })
})

const header = { protocolVersion: { major: 1, minor: 2 }, batchCount: 1 }

describe('field tables', () => {
  it('refuse what the version does not have, and what is missing', () => {
    const locate = { operation: 'Locate', payload: { offsetItems: 1 } } as const
    expect(() => encodeRequest({ header, items: [locate] }, '1.2', findOperation)).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    )
    expect(encodeRequest({ header, items: [locate] }, '1.3', findOperation).length).toBeGreaterThan(0)
    const create = { operation: 'Create', payload: { objectType: 'SymmetricKey' } } as const
    expect(() => encodeRequest({ header, items: [create] }, '1.2', findOperation)).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    )
    const colour = { operation: 'Create', payload: { objectType: 'Colour', attributes: {} } } as const
    expect(() => encodeRequest({ header, items: [colour] }, '1.2', findOperation)).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    )
  })

  it('skip unknown tags and keep them within reach', () => {
    const strange: Item = { tag: 0x540001, type: 'TextString', value: 'from a vendor' }
    const bytes = encodeItem({
      tag: tagNumber('ResponseMessage'),
      type: 'Structure',
      value: [
        {
          tag: tagNumber('ResponseHeader'),
          type: 'Structure',
          value: [
            strange,
            {
              tag: tagNumber('ProtocolVersion'),
              type: 'Structure',
              value: [
                { tag: tagNumber('ProtocolVersionMajor'), type: 'Integer', value: 1 },
                { tag: tagNumber('ProtocolVersionMinor'), type: 'Integer', value: 4 },
              ],
            },
          ],
        },
      ],
    })
    const message = decodeResponse(bytes, { findPayload: findOperation })
    expect(message.header.protocolVersion).toEqual({ major: 1, minor: 4 })
    expect(unknownItems(message.header)).toEqual([strange])
  })

  it('read attributes of a wrong type as a vendor would write them, and fail nothing', () => {
    const text: Item = { tag: 0, type: 'TextString', value: 'many' }
    const answer = response('GetAttributes', [
      { tag: tagNumber('UniqueIdentifier'), type: 'TextString', value: '1' },
      attribute('Cryptographic Length', text),
      attribute('x-owner', text),
      attribute('State', { tag: 0, type: 'Enumeration', value: 2 }),
      attribute('No Such Attribute', text),
    ])
    expect(answer.items[0]?.payload).toMatchObject({
      attributes: {
        state: 'Active',
        vendorAttributes: [
          { vendorIdentification: '', attributeName: 'Cryptographic Length' },
          { vendorIdentification: 'x', attributeName: 'owner', attributeValue: { value: 'many' } },
          { vendorIdentification: '', attributeName: 'No Such Attribute' },
        ],
      },
    })
  })
})

const attribute = (name: string, value: Item): Item => ({
  tag: tagNumber('Attribute'),
  type: 'Structure',
  value: [
    { tag: tagNumber('AttributeName'), type: 'TextString', value: name },
    { ...value, tag: tagNumber('AttributeValue') },
  ],
})

function response(operation: 'GetAttributes', payload: Item[]) {
  const version = encodeItem({
    tag: tagNumber('ResponseMessage'),
    type: 'Structure',
    value: [
      {
        tag: tagNumber('ResponseHeader'),
        type: 'Structure',
        value: [
          {
            tag: tagNumber('ProtocolVersion'),
            type: 'Structure',
            value: [
              { tag: tagNumber('ProtocolVersionMajor'), type: 'Integer', value: 1 },
              { tag: tagNumber('ProtocolVersionMinor'), type: 'Integer', value: 2 },
            ],
          },
        ],
      },
      {
        tag: tagNumber('BatchItem'),
        type: 'Structure',
        value: [
          { tag: tagNumber('Operation'), type: 'Enumeration', value: findOperation(operation)?.code ?? 0 },
          { tag: tagNumber('ResultStatus'), type: 'Enumeration', value: 0 },
          { tag: tagNumber('ResponsePayload'), type: 'Structure', value: payload },
        ],
      },
    ],
  })
  return decodeResponse(version, { findPayload: findOperation })
}
