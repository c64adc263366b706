import { isStandardTag, tagName, tagNumber } from '../names/tags.ts'
import type { Item } from '../ttlv/item.ts'
import { escapeXml } from './parse-xml.ts'
import { enumerationName, maskNames, namingTag } from './value-names.ts'

/** An item in KMIP's XML encoding. It shows everything: keys, secrets and credentials. */
export function toXml(item: Item): string {
  return write(item, undefined, '')
}

function write(item: Item, attributeName: string | undefined, indent: string): string {
  const name = isStandardTag(item.tag) ? tagName(item.tag) : `TTLV tag="${tagName(item.tag)}"`
  if (item.type !== 'Structure')
    return `${indent}<${name} type="${item.type}" value="${escapeXml(text(item, attributeName))}"/>\n`
  if (item.value.length === 0) return `${indent}<${name}/>\n`
  return `${indent}<${name}>\n${children(item.value, `${indent}  `)}${indent}</${name.replace(/ .*/, '')}>\n`
}

function children(items: readonly Item[], indent: string): string {
  const named = items.find((item) => item.tag === tagNumber('AttributeName') && item.type === 'TextString')
  const attributeName = named?.type === 'TextString' ? named.value : undefined
  return items.map((item) => write(item, attributeName, indent)).join('')
}

function text(item: Exclude<Item, { type: 'Structure' }>, attributeName: string | undefined): string {
  const tag = namingTag(item.tag, attributeName)
  switch (item.type) {
    case 'Integer':
      return maskNames(tag, item.value) ?? String(item.value)
    case 'Enumeration':
      return enumerationName(tag, item.value) ?? `0x${item.value.toString(16).padStart(8, '0')}`
    case 'ByteString':
      return Buffer.from(item.value).toString('hex')
    case 'BigInteger':
      return bigInteger(item.value)
    case 'DateTime':
      return dateTime(item.value)
    default:
      return String(item.value)
  }
}

function bigInteger(value: bigint): string {
  let digits = 16
  while (BigInt.asIntN(digits * 4, value) !== value) digits += 16
  return BigInt.asUintN(digits * 4, value)
    .toString(16)
    .padStart(digits, '0')
}

function dateTime(seconds: bigint): string {
  const date = new Date(Number(seconds) * 1000)
  const plain = !Number.isNaN(date.getTime()) && date.getUTCFullYear() >= 0 && date.getUTCFullYear() <= 9999
  if (!plain) return `0x${BigInt.asUintN(64, seconds).toString(16).padStart(16, '0')}`
  return date.toISOString().replace('.000Z', '+00:00')
}
