import { KmipError } from '../errors.ts'
import { Cursor } from './cursor.ts'
import { ItemType } from './item-type.ts'
import type { Limits } from './limits.ts'
import { Writer } from './writer.ts'

/**
 * One item without any knowledge of its meaning. Times are seconds since 1970 (DateTime) or microseconds (DateTimeExtended) as
 * bigint, so that nothing is lost; intervals are seconds.
 */
export type Item =
  | { readonly tag: number; readonly type: 'Structure'; readonly value: readonly Item[] }
  | { readonly tag: number; readonly type: 'Integer' | 'Enumeration' | 'Interval'; readonly value: number }
  | { readonly tag: number; readonly type: 'LongInteger' | 'BigInteger'; readonly value: bigint }
  | { readonly tag: number; readonly type: 'DateTime' | 'DateTimeExtended'; readonly value: bigint }
  | { readonly tag: number; readonly type: 'Boolean'; readonly value: boolean }
  | { readonly tag: number; readonly type: 'TextString'; readonly value: string }
  | { readonly tag: number; readonly type: 'ByteString'; readonly value: Uint8Array }

/** The item that a cursor has open, and all within it. */
export function readItem(cursor: Cursor): Item {
  const { tag } = cursor
  switch (cursor.type) {
    case ItemType.Structure:
      return { tag, type: 'Structure', value: readItems(cursor) }
    case ItemType.Integer:
      return { tag, type: 'Integer', value: cursor.integer() }
    case ItemType.LongInteger:
      return { tag, type: 'LongInteger', value: cursor.long() }
    case ItemType.BigInteger:
      return { tag, type: 'BigInteger', value: cursor.big() }
    case ItemType.Enumeration:
      return { tag, type: 'Enumeration', value: cursor.unsigned() }
    case ItemType.Boolean:
      return { tag, type: 'Boolean', value: cursor.boolean() }
    case ItemType.TextString:
      return { tag, type: 'TextString', value: cursor.text() }
    case ItemType.ByteString:
      return { tag, type: 'ByteString', value: cursor.copy() }
    case ItemType.DateTime:
      return { tag, type: 'DateTime', value: cursor.long() }
    case ItemType.Interval:
      return { tag, type: 'Interval', value: cursor.unsigned() }
    default:
      return { tag, type: 'DateTimeExtended', value: cursor.long() }
  }
}

function readItems(cursor: Cursor): readonly Item[] {
  const items: Item[] = []
  cursor.structure(() => {
    items.push(readItem(cursor))
  })
  return items
}

/** Appends an item and all within it. */
export function writeItem(writer: Writer, item: Item): void {
  const { tag } = item
  switch (item.type) {
    case 'Structure':
      return writer.structure(tag, () => {
        for (const inner of item.value) writeItem(writer, inner)
      })
    case 'Integer':
      return writer.integer(tag, item.value)
    case 'Enumeration':
    case 'Interval':
      return writer.unsigned(tag, ItemType[item.type], item.value)
    case 'BigInteger':
      return writer.big(tag, item.value)
    case 'Boolean':
      return writer.boolean(tag, item.value)
    case 'TextString':
      return writer.text(tag, item.value)
    case 'ByteString':
      return writer.bytes(tag, item.value)
    default:
      return writer.long(tag, ItemType[item.type], item.value)
  }
}

/** Decodes one message as plain items. Throws `malformed` or `too_large`. */
export function decodeItem(bytes: Uint8Array, limits?: Limits): Item {
  const cursor = new Cursor(bytes, limits)
  cursor.open(0, bytes.length)
  if (cursor.next !== bytes.length) throw new KmipError('malformed', 'malformed ttlv: bytes behind the message')
  return readItem(cursor)
}

/** Encodes plain items. The bytes belong to the caller. */
export function encodeItem(item: Item): Uint8Array {
  const writer = new Writer()
  writeItem(writer, item)
  return writer.finish()
}
