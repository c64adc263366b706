import { attributeByWireName, attributeRow } from '../messages/attribute-table.ts'
import * as enumerations from '../names/enumerations.ts'
import { type Bits, CryptographicUsageMask, ProtectionStorageMask, StorageStatusMask } from '../names/masks.ts'
import { findTag, tagName, tagNumber } from '../names/tags.ts'

// Most enumerations bear the name of the tag that they belong to; these do not.
const others: Readonly<Record<string, enumerations.Names>> = {
  Operation: enumerations.OperationCode,
  MaskGeneratorHashingAlgorithm: enumerations.HashingAlgorithm,
  UniqueIdentifier: enumerations.UniqueIdentifierName,
  ExtensionType: enumerations.ItemTypeName,
}

const masks: Readonly<Record<string, Bits>> = { CryptographicUsageMask, StorageStatusMask, ProtectionStorageMask }

/** The tag whose names a value uses: its own, or in 1.x that of the attribute whose value it is. */
export function namingTag(tag: number, attributeName: string | undefined): number {
  if (tag !== tagNumber('AttributeValue') || attributeName === undefined) return tag
  const known = attributeByWireName(attributeName)
  return (
    (known === undefined ? undefined : attributeRow(known)?.tag) ?? findTag(attributeName.replaceAll(' ', '')) ?? tag
  )
}

function namesOf(tag: number): enumerations.Names | undefined {
  const name = tagName(tag)
  return others[name] ?? (enumerations as unknown as Record<string, enumerations.Names>)[name]
}

/** The number of an enumeration's name; from 2.0 on attributes are referred to by the names of their tags. */
export function enumerationByName(tag: number, name: string): number | undefined {
  if (tag === tagNumber('AttributeReference')) return findTag(name)
  const names = namesOf(tag)
  return names !== undefined && Object.hasOwn(names, name) ? names[name] : undefined
}

/** The name of an enumeration's number. */
export function enumerationName(tag: number, value: number): string | undefined {
  if (tag === tagNumber('AttributeReference')) return tagName(value)
  return Object.entries(namesOf(tag) ?? {}).find(([, number]) => number === value)?.[0]
}

/** The bits of a mask by their names, separated by blanks or bars. */
export function maskByNames(tag: number, text: string): number | undefined {
  const bits = masks[tagName(tag)]
  if (bits === undefined) return undefined
  const values = text.split(/[\s|]+/).map((name) => (Object.hasOwn(bits, name) ? bits[name] : undefined))
  return values.reduce<number | undefined>(
    (sum, bit) => (sum === undefined || bit === undefined ? undefined : sum | bit),
    0,
  )
}

/** The names of a mask's bits, or undefined where one has none. */
export function maskNames(tag: number, value: number): string | undefined {
  const entries = Object.entries(masks[tagName(tag)] ?? {}).filter(([, bit]) => (value & bit) !== 0)
  const sum = entries.reduce((bits, [, bit]) => bits | bit, 0)
  return entries.length > 0 && sum === value ? entries.map(([name]) => name).join(' ') : undefined
}
