import {
  attributeIndexWithin,
  attributeReferences,
  inlineAttributes,
  oneAttribute,
  optionalAttributes,
} from '../messages/attribute-fields.ts'
import { identifier } from '../messages/identifier.ts'
import { optional, required } from '../schema/field.ts'
import { structure } from '../schema/structure.ts'
import { integer, label } from '../schema/types.ts'
import { defineOperation } from './operation.ts'

const wanted = optional('UniqueIdentifier', identifier)
const answered = required('UniqueIdentifier', label)
const changed = structure({ uniqueIdentifier: answered, attribute: oneAttribute('Attributes') })

/** KMIP 2.1 §6.1.20. Without names: all attributes. */
export const GetAttributes = defineOperation('GetAttributes', {
  repeatable: true,
  request: structure({ uniqueIdentifier: wanted, attributeNames: attributeReferences() }),
  response: structure({ uniqueIdentifier: answered, attributes: inlineAttributes() }),
})

/** KMIP 2.1 §6.1.21. */
export const GetAttributeList = defineOperation('GetAttributeList', {
  repeatable: true,
  request: structure({ uniqueIdentifier: wanted }),
  response: structure({ uniqueIdentifier: answered, attributeNames: attributeReferences() }),
})

/** KMIP 2.1 §6.1.2. */
export const AddAttribute = defineOperation('AddAttribute', {
  request: structure({ uniqueIdentifier: wanted, attribute: oneAttribute('NewAttribute') }),
  response: changed,
})

/** KMIP 2.1 §6.1.31. Which of several instances: `attributeIndex` in 1.x, `currentAttribute` in 2.x. */
export const ModifyAttribute = defineOperation('ModifyAttribute', {
  request: structure({
    uniqueIdentifier: wanted,
    currentAttribute: optionalAttributes('CurrentAttribute', 'CurrentAttribute'),
    attributeIndex: attributeIndexWithin(),
    attribute: oneAttribute('NewAttribute'),
  }),
  response: changed,
})

/** KMIP 2.1 §6.1.12. Which of several instances: `attributeIndex` in 1.x, `currentAttribute` in 2.x. */
export const DeleteAttribute = defineOperation('DeleteAttribute', {
  request: structure({
    uniqueIdentifier: wanted,
    currentAttribute: optionalAttributes('CurrentAttribute', 'CurrentAttribute'),
    attributeNames: attributeReferences(),
    attributeIndex: optional('AttributeIndex', integer, { until: '1.4' }),
  }),
  response: changed,
})

/** KMIP 2.1 §6.1.52. */
export const SetAttribute = defineOperation('SetAttribute', {
  since: '2.0',
  request: structure({ uniqueIdentifier: wanted, attribute: oneAttribute('NewAttribute') }),
  response: changed,
})
