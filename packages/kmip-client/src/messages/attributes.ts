import { tagNumber } from '../names/tags.ts'
import type { Decoder, Encoder } from '../schema/coder.ts'
import { checkRange } from '../schema/field.ts'
import { keepUnknown, unknownItems } from '../schema/structure.ts'
import type { ValueOf } from '../schema/type.ts'
import { anything, integer, label } from '../schema/types.ts'
import { writeItem } from '../ttlv/item.ts'
import { type AttributeSet, attributeByTag, attributeByWireName, attributeRow } from './attribute-table.ts'
import { VendorAttribute } from './attribute-values.ts'

const ATTRIBUTE = tagNumber('Attribute')
const NAME = tagNumber('AttributeName')
const INDEX = tagNumber('AttributeIndex')
const VALUE = tagNumber('AttributeValue')

type Mutable = Record<string, unknown>

/** `x-name` as its vendor and the rest; a name without a vendor has an empty one. */
export function splitVendor(name: string): { vendorIdentification: string; attributeName: string } {
  const [, vendor = '', rest = name] = /^([xy])-(.*)$/s.exec(name) ?? []
  return { vendorIdentification: vendor, attributeName: rest }
}

/** The name in 1.x of a vendor's attribute. */
export function joinVendor(value: { vendorIdentification: string; attributeName: string }): string {
  return value.vendorIdentification === ''
    ? value.attributeName
    : `${value.vendorIdentification}-${value.attributeName}`
}

function append(into: Mutable, name: string, value: unknown): void {
  const values = into[name]
  if (Array.isArray(values)) values.push(value)
  else into[name] = [value]
}

function addVendor(into: Mutable, value: ValueOf<typeof VendorAttribute>): void {
  append(into, 'vendorAttributes', value)
}

/** Adds the open value to its attribute; false where it is not of the type that the table says. */
function addValue(decoder: Decoder, into: Mutable, name: string): boolean {
  const row = attributeRow(name)
  if (row === undefined || (!row.many && into[name] !== undefined)) return false
  const value = decoder.attempt(() => row.type.read(decoder))
  if (value === undefined) return false
  if (row.many) append(into, name, value)
  else into[name] = value
  return true
}

/** Reads the open `Attribute` of 1.x into the set; returns its index if it had one. */
export function readAttribute(decoder: Decoder, into: AttributeSet): number | undefined {
  let name = ''
  let index: number | undefined
  decoder.structure(() => {
    if (decoder.tag === NAME) name = label.read(decoder)
    else if (decoder.tag === INDEX) index = integer.read(decoder)
    else if (decoder.tag === VALUE && !addValue(decoder, into, attributeByWireName(name) ?? '')) {
      addVendor(into, { ...splitVendor(name), attributeValue: anything.read(decoder) })
    }
  })
  return index
}

/** Reads one item of the open `Attributes` of 2.x into the set. */
function readTagged(decoder: Decoder, into: AttributeSet): void {
  if (addValue(decoder, into, attributeByTag(decoder.tag) ?? '')) return
  const vendor = decoder.tag === ATTRIBUTE ? decoder.attempt(() => VendorAttribute.read(decoder)) : undefined
  if (vendor === undefined) keepUnknown(decoder, into)
  else addVendor(into, vendor)
}

/** Reads the open structure: a template attribute of 1.x or the attributes of 2.x. */
export function readAttributes(decoder: Decoder): AttributeSet {
  const into: AttributeSet = {}
  decoder.structure(() => {
    const old = decoder.tag === ATTRIBUTE ? decoder.attempt(() => readNamed(decoder, into)) : undefined
    if (old === undefined) readTagged(decoder, into)
  })
  return into
}

// An Attribute of 2.x starts with the vendor, one of 1.x with the name.
function readNamed(decoder: Decoder, into: AttributeSet): true {
  if (decoder.bytes.readUIntBE(decoder.start, 3) !== NAME) throw decoder.unexpected('an attribute of kmip 1')
  readAttribute(decoder, into)
  return true
}

function values(name: string, value: unknown): readonly unknown[] {
  return attributeRow(name)?.many === true ? (value as readonly unknown[]) : [value]
}

function writeNamed(encoder: Encoder, name: string, index: number | undefined, value: (tag: number) => void): void {
  encoder.structure(ATTRIBUTE, () => {
    encoder.text(NAME, name)
    if (index !== undefined) encoder.integer(INDEX, index)
    value(VALUE)
  })
}

/** Writes the set as `Attribute` items of 1.x. Several instances need indices; answers give them to all that could be several. */
export function writeNamedAttributes(encoder: Encoder, set: AttributeSet, index?: number): void {
  for (const [name, value] of Object.entries(set)) {
    const row = attributeRow(name)
    if (row === undefined || value === undefined) continue
    checkRange(encoder, row.tag, row.range)
    const all = values(name, value)
    const indexed = row.many && (all.length > 1 || encoder.direction === 'response')
    all.forEach((each, position) => {
      writeNamed(encoder, row.wireName, index ?? (indexed ? position : undefined), (tag) =>
        row.type.write(encoder, tag, each),
      )
    })
  }
  for (const vendor of set.vendorAttributes ?? []) {
    writeNamed(encoder, joinVendor(vendor), index, (tag) => anything.write(encoder, tag, vendor.attributeValue))
  }
  for (const item of unknownItems(set)) writeItem(encoder, item)
}

/** Writes the set as the items of an `Attributes` structure of 2.x. */
export function writeTaggedAttributes(encoder: Encoder, set: AttributeSet): void {
  for (const [name, value] of Object.entries(set)) {
    const row = attributeRow(name)
    if (row === undefined || value === undefined) continue
    checkRange(encoder, row.tag, row.range)
    for (const each of values(name, value)) row.type.write(encoder, row.tag, each)
  }
  for (const vendor of set.vendorAttributes ?? []) VendorAttribute.write(encoder, ATTRIBUTE, vendor)
  for (const item of unknownItems(set)) writeItem(encoder, item)
}

/** The set as logs may show it. */
export function showAttributes(set: AttributeSet): unknown {
  const known = Object.entries(set).flatMap(([name, value]) => {
    const row = attributeRow(name)
    if (row === undefined || value === undefined) return []
    const shown = values(name, value).map((each) => row.type.show(each))
    return [[name, row.many ? shown : shown[0]] as const]
  })
  const vendors = (set.vendorAttributes ?? []).map((vendor) => [joinVendor(vendor), '[value]'] as const)
  return Object.fromEntries([...known, ...vendors])
}
