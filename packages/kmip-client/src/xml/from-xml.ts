import { KmipError } from '../errors.ts'
import { findTag, tagNumber } from '../names/tags.ts'
import type { Item } from '../ttlv/item.ts'
import { parseXml, type XmlElement } from './parse-xml.ts'
import { enumerationByName, maskByNames, namingTag } from './value-names.ts'

/** The items of a document in KMIP's XML encoding (KMIP profiles 2.1 §5.5). A single root that is no tag is looked into. */
export function fromXml(text: string): readonly Item[] {
  return parseXml(text).flatMap((root) => {
    const known = findTag(root.name) !== undefined || root.name === 'TTLV'
    return (known ? [root] : root.children).map((element) => toItem(element, undefined))
  })
}

function malformed(element: XmlElement, what: string): KmipError {
  return new KmipError('malformed', `malformed xml: <${element.name}> ${what}`)
}

function tagOf(element: XmlElement): number {
  const text = element.name === 'TTLV' ? element.attributes['tag'] : element.name
  const tag = text === undefined ? undefined : (findTag(text) ?? hex(text))
  if (tag === undefined) throw malformed(element, 'is no tag')
  return tag
}

function hex(text: string): number | undefined {
  return /^0x[0-9a-fA-F]{1,8}$/.test(text) ? Number.parseInt(text, 16) : undefined
}

function toItem(element: XmlElement, attributeName: string | undefined): Item {
  const tag = tagOf(element)
  const { type = 'Structure', value = '' } = element.attributes
  const named = namingTag(tag, attributeName)
  switch (type) {
    case 'Structure':
      return { tag, type, value: structure(element) }
    case 'Integer':
      return { tag, type, value: integer(element, named, value) }
    case 'Enumeration':
      return { tag, type, value: enumeration(element, named, value) }
    case 'Interval':
      return { tag, type, value: number(element, value) }
    case 'LongInteger':
      return { tag, type, value: bigint(element, value) }
    case 'BigInteger':
      return { tag, type, value: bigInteger(element, value) }
    case 'Boolean':
      return { tag, type, value: value === 'true' || value === '1' }
    case 'TextString':
      return { tag, type, value }
    case 'ByteString':
      return { tag, type, value: bytes(element, value) }
    case 'DateTime':
      return { tag, type, value: seconds(element, value) }
    case 'DateTimeExtended':
      return { tag, type, value: bigint(element, value) }
    default:
      throw malformed(element, 'is of no type')
  }
}

function structure(element: XmlElement): Item[] {
  const ATTRIBUTE_NAME = tagNumber('AttributeName')
  let attributeName: string | undefined
  return element.children.map((child) => {
    const item = toItem(child, attributeName)
    if (item.type === 'TextString' && item.tag === ATTRIBUTE_NAME) attributeName = item.value
    return item
  })
}

function number(element: XmlElement, text: string): number {
  const value = hex(text) ?? (/^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN)
  if (Number.isNaN(value)) throw malformed(element, 'is no number')
  return value
}

function integer(element: XmlElement, tag: number, text: string): number {
  const unsigned = hex(text)
  return unsigned === undefined ? (maskByNames(tag, text) ?? number(element, text)) : unsigned | 0
}

function enumeration(element: XmlElement, tag: number, text: string): number {
  return enumerationByName(tag, text) ?? number(element, text)
}

function bigint(element: XmlElement, text: string): bigint {
  if (!/^(0x[0-9a-fA-F]+|[+-]?\d+)$/.test(text)) throw malformed(element, 'is no number')
  return BigInt(text)
}

function bigInteger(element: XmlElement, text: string): bigint {
  const digits = text.replace(/^0x/, '')
  if (!/^[0-9a-fA-F]+$/.test(digits)) throw malformed(element, 'is no number')
  return BigInt.asIntN(digits.length * 4, BigInt(`0x${digits}`))
}

function bytes(element: XmlElement, text: string): Uint8Array {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) throw malformed(element, 'is no hexadecimal text')
  return Uint8Array.from(Buffer.from(text, 'hex'))
}

function seconds(element: XmlElement, text: string): bigint {
  if (text.startsWith('0x')) return BigInt.asIntN(64, bigint(element, text))
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw malformed(element, 'is no date')
  return BigInt(Math.floor(time / 1000))
}
