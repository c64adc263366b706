import { type EnumerationValue, UniqueIdentifierName } from '../names/enumerations.ts'
import type { Type } from '../schema/type.ts'
import { enumeration, integer, label } from '../schema/types.ts'
import { ItemType } from '../ttlv/item-type.ts'

/**
 * The identifier of an object: text, as all answers give it; from KMIP 2.0 on a request may also name what an earlier item of its
 * batch made, by what made it or by that item's position.
 */
export type Identifier =
  | string
  | { readonly made: EnumerationValue<typeof UniqueIdentifierName> }
  | { readonly item: number }

const made = enumeration(UniqueIdentifierName)

/** KMIP 2.1 §4.61. */
export const identifier: Type<Identifier> = {
  read(decoder) {
    if (decoder.type === ItemType.Enumeration) return { made: made.read(decoder) }
    if (decoder.type === ItemType.Integer) return { item: integer.read(decoder) }
    return label.read(decoder)
  },
  write(encoder, tag, value) {
    if (typeof value === 'string') return encoder.text(tag, value)
    if ('item' in value) return encoder.integer(tag, value.item)
    made.write(encoder, tag, value.made)
  },
  show: (value) => value,
}
