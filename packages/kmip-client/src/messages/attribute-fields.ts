import { findTag, type TagName, tagName, tagNumber } from '../names/tags.ts'
import type { Field } from '../schema/field.ts'
import { required as requiredField } from '../schema/field.ts'
import { structure } from '../schema/structure.ts'
import { enumeration, label } from '../schema/types.ts'
import { ItemType } from '../ttlv/item-type.ts'
import {
  type AttributeName,
  type AttributeSet,
  attributeByTag,
  attributeByWireName,
  attributeRow,
} from './attribute-table.ts'
import {
  joinVendor,
  readAttribute,
  readAttributes,
  showAttributes,
  splitVendor,
  writeNamedAttributes,
  writeTaggedAttributes,
} from './attributes.ts'

const ATTRIBUTE = tagNumber('Attribute')
const KMIP_2 = 20

function template<P extends 'required' | 'optional'>(
  presence: P,
  old: TagName,
  current: TagName,
): Field<AttributeSet, P> {
  const tags = [tagNumber(old), tagNumber(current)]
  return {
    presence,
    tags,
    read: (decoder, previous) => (previous === undefined ? readAttributes(decoder) : undefined),
    write(encoder, set) {
      if (encoder.rank < KMIP_2) encoder.structure(tagNumber(old), () => writeNamedAttributes(encoder, set))
      else encoder.structure(tagNumber(current), () => writeTaggedAttributes(encoder, set))
    },
    show: showAttributes,
  }
}

/** Attributes of an object to be: a template attribute in 1.x, attributes in 2.x. */
export function attributes(): Field<AttributeSet, 'required'> {
  return template('required', 'TemplateAttribute', 'Attributes')
}

/** As {@link attributes}, where they may be absent. */
export function optionalAttributes(
  old: TagName = 'TemplateAttribute',
  current: TagName = 'Attributes',
): Field<AttributeSet, 'optional'> {
  return template('optional', old, current)
}

/** Attributes that 1.x lists one after another in the payload itself, and 2.x within one structure. */
export function inlineAttributes(): Field<AttributeSet, 'optional'> {
  return {
    presence: 'optional',
    tags: [ATTRIBUTE, tagNumber('Attributes')],
    read(decoder, previous) {
      if (decoder.tag !== ATTRIBUTE) return readAttributes(decoder)
      const into = previous ?? {}
      readAttribute(decoder, into)
      return into
    },
    write(encoder, set) {
      if (encoder.rank < KMIP_2) writeNamedAttributes(encoder, set)
      else encoder.structure(tagNumber('Attributes'), () => writeTaggedAttributes(encoder, set))
    },
    show: showAttributes,
  }
}

/** One attribute, as a set with one property; 1.x takes its index from the property `attributeIndex` beside it. */
export function oneAttribute(current: TagName): Field<AttributeSet, 'optional'> {
  return {
    presence: 'optional',
    tags: [ATTRIBUTE, tagNumber(current)],
    read(decoder, previous, record) {
      if (decoder.tag !== ATTRIBUTE) return readAttributes(decoder)
      const into = previous ?? {}
      const index = readAttribute(decoder, into)
      if (index !== undefined && decoder.direction === 'request') Object.assign(record, { attributeIndex: index })
      return into
    },
    write(encoder, set, record: { attributeIndex?: number }) {
      if (encoder.rank < KMIP_2) writeNamedAttributes(encoder, set, record.attributeIndex)
      else encoder.structure(tagNumber(current), () => writeTaggedAttributes(encoder, set))
    },
    show: showAttributes,
  }
}

/** The index that {@link oneAttribute} writes within its attribute; 2.x has none. */
export function attributeIndexWithin(): Field<number, 'optional'> {
  return { presence: 'optional', tags: [], read: () => undefined, write: () => undefined, show: (value) => value }
}

const VendorReference = structure({
  vendorIdentification: requiredField('VendorIdentification', label),
  attributeName: requiredField('AttributeName', label),
})

/** An attribute by name: one of the standard's, or a vendor's. */
export type AttributeReference =
  | AttributeName
  | { readonly vendorIdentification: string; readonly attributeName: string }

const tagReference = enumeration({})

/** Names of attributes: text in 1.x; the attribute's tag as an enumeration, or a vendor's structure, in 2.x. */
export function attributeReferences(): Field<readonly AttributeReference[], 'optional'> {
  const old = tagNumber('AttributeName')
  const current = tagNumber('AttributeReference')
  return {
    presence: 'optional',
    tags: [old, current],
    read(decoder, previous: AttributeReference[] | undefined) {
      const references = previous ?? []
      references.push(readReference(decoder))
      return references
    },
    write(encoder, references) {
      for (const reference of references) {
        if (encoder.rank < KMIP_2) encoder.text(old, wireNameOf(reference))
        else writeReference(encoder, current, reference)
      }
    },
    show: (references) => references,
  }
}

type Reader = Parameters<Field<unknown>['read']>[0]
type Target = Parameters<Field<unknown>['write']>[0]

function readReference(decoder: Reader): AttributeReference {
  if (decoder.type === ItemType.Structure) return VendorReference.read(decoder)
  if (decoder.type === ItemType.Enumeration) {
    const tag = tagReference.read(decoder)
    return attributeByTag(tag) ?? { vendorIdentification: '', attributeName: tagName(tag) }
  }
  const name = label.read(decoder)
  return attributeByWireName(name) ?? splitVendor(name)
}

function wireNameOf(reference: AttributeReference): string {
  return typeof reference === 'string' ? (attributeRow(reference)?.wireName ?? reference) : joinVendor(reference)
}

function writeReference(encoder: Target, tag: number, reference: AttributeReference): void {
  const number = typeof reference === 'string' ? attributeRow(reference)?.tag : standardTag(reference)
  if (number !== undefined) encoder.unsigned(tag, ItemType.Enumeration, number)
  else if (typeof reference !== 'string') VendorReference.write(encoder, tag, reference)
}

function standardTag(reference: { vendorIdentification: string; attributeName: string }): number | undefined {
  if (reference.vendorIdentification !== '') return undefined
  return findTag(reference.attributeName) ?? Number(reference.attributeName)
}
