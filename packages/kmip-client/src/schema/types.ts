import { KmipError } from '../errors.ts'
import type { EnumerationValue, Names } from '../names/enumerations.ts'
import { type Item, readItem, writeItem } from '../ttlv/item.ts'
import { ItemType } from '../ttlv/item-type.ts'
import type { Decoder } from './coder.ts'
import type { Type } from './type.ts'

function expect(decoder: Decoder, type: ItemType, name: string): void {
  if (decoder.type !== type) throw decoder.unexpected(name)
}

/** 32 bits with a sign; masks are integers too. */
export const integer: Type<number> = {
  read(decoder) {
    expect(decoder, ItemType.Integer, 'an integer')
    return decoder.integer()
  },
  write: (encoder, tag, value) => encoder.integer(tag, value),
  show: (value) => value,
}

/** 64 bits with a sign. */
export const longInteger: Type<bigint> = {
  read(decoder) {
    expect(decoder, ItemType.LongInteger, 'a long integer')
    return decoder.long()
  },
  write: (encoder, tag, value) => encoder.long(tag, ItemType.LongInteger, value),
  show: (value) => value,
}

/** Any size. Never shown: the numbers of transparent keys are of this type. */
export const bigInteger: Type<bigint> = {
  read(decoder) {
    expect(decoder, ItemType.BigInteger, 'a big integer')
    return decoder.big()
  },
  write: (encoder, tag, value) => encoder.big(tag, value),
  show: () => '[number]',
}

export const boolean: Type<boolean> = {
  read(decoder) {
    expect(decoder, ItemType.Boolean, 'a boolean')
    return decoder.boolean()
  },
  write: (encoder, tag, value) => encoder.boolean(tag, value),
  show: (value) => value,
}

/** Text that may be secret: logs show that it is there. */
export const text: Type<string> = {
  read(decoder) {
    expect(decoder, ItemType.TextString, 'a text string')
    return decoder.text()
  },
  write: (encoder, tag, value) => encoder.text(tag, value),
  show: () => '[text]',
}

/** Text that tells nothing to anybody: identifiers, and names of objects and attributes. */
export const label: Type<string> = { ...text, show: (value) => value }

/** The decoded bytes are the receiver's alone; bytes to encode stay the caller's. */
export const bytes: Type<Uint8Array> = {
  read(decoder) {
    expect(decoder, ItemType.ByteString, 'a byte string')
    return decoder.copy()
  },
  write: (encoder, tag, value) => encoder.bytes(tag, value),
  show: (value) => `[${value.length} bytes]`,
}

const MAX_SECONDS = 8_640_000_000_000

/** Whole seconds; the milliseconds of a Date are dropped. */
export const dateTime: Type<Date> = {
  read(decoder) {
    expect(decoder, ItemType.DateTime, 'a date-time')
    const seconds = decoder.longNumber()
    if (Math.abs(seconds) > MAX_SECONDS) throw decoder.unexpected('a date within the range of Date')
    return new Date(seconds * 1000)
  },
  write: (encoder, tag, value) => encoder.long(tag, ItemType.DateTime, secondsOf(value)),
  show: (value) => value.toISOString(),
}

function secondsOf(date: Date): bigint {
  const time = date.getTime()
  if (Number.isNaN(time)) throw new KmipError('invalid', 'cannot encode an invalid date')
  return BigInt(Math.floor(time / 1000))
}

/** Microseconds since 1970, KMIP 2.0 and later. */
export const dateTimeExtended: Type<bigint> = {
  read(decoder) {
    expect(decoder, ItemType.DateTimeExtended, 'a date-time extended')
    return decoder.long()
  },
  write: (encoder, tag, value) => encoder.long(tag, ItemType.DateTimeExtended, value),
  show: (value) => value,
}

/** Seconds. */
export const interval: Type<number> = {
  read(decoder) {
    expect(decoder, ItemType.Interval, 'an interval')
    return decoder.unsigned()
  },
  write: (encoder, tag, value) => encoder.unsigned(tag, ItemType.Interval, value),
  show: (value) => value,
}

/** A name where the table has one, the number elsewhere; both can be written. */
export function enumeration<N extends Names>(names: N): Type<EnumerationValue<N>> {
  const byNumber = new Map(Object.entries(names).map(([name, number]) => [number, name]))
  return {
    read(decoder) {
      expect(decoder, ItemType.Enumeration, 'an enumeration')
      const number = decoder.unsigned()
      return byNumber.get(number) ?? number
    },
    write: (encoder, tag, value) => encoder.unsigned(tag, ItemType.Enumeration, enumerationNumber(names, value)),
    show: (value) => value,
  }
}

/** The number of an enumeration value. Throws `invalid` for a name that the table does not have. */
export function enumerationNumber<N extends Names>(names: N, value: EnumerationValue<N>): number {
  const number = typeof value === 'number' ? value : Object.hasOwn(names, value) ? names[value] : undefined
  if (number === undefined) throw new KmipError('invalid', `cannot encode ${String(value)}: no such enumeration value`)
  return number
}

/** One of two wire types, told apart by the item type when reading and by `isFirst` when writing. */
export function either<A, B>(
  itemType: ItemType,
  first: Type<A>,
  second: Type<B>,
  isFirst: (value: A | B) => value is A,
): Type<A | B> {
  return {
    read: (decoder) => (decoder.type === itemType ? first.read(decoder) : second.read(decoder)),
    write: (encoder, tag, value) =>
      isFirst(value) ? first.write(encoder, tag, value) : second.write(encoder, tag, value),
    show: (value) => (isFirst(value) ? first.show(value) : second.show(value)),
  }
}

/** A byte string or a structure: key values and key material come as either. */
export function bytesOr<B extends object>(second: Type<B>): Type<Uint8Array | B> {
  return either(ItemType.ByteString, bytes, second, (value): value is Uint8Array => value instanceof Uint8Array)
}

/** Anything at all, as a plain item; the item's own tag is replaced by the field's when it is written. */
export const anything: Type<Item> = {
  read: (decoder) => readItem(decoder),
  write: (encoder, tag, value) => writeItem(encoder, { ...value, tag }),
  show: (value) => `[${value.type}]`,
}
