import { RevocationReason } from '../messages/attribute-values.ts'
import { identifier } from '../messages/identifier.ts'
import { optional, required } from '../schema/field.ts'
import { structure } from '../schema/structure.ts'
import { dateTime, label } from '../schema/types.ts'
import { defineOperation } from './operation.ts'

const wanted = optional('UniqueIdentifier', identifier)
const done = structure({ uniqueIdentifier: required('UniqueIdentifier', label) })

/** KMIP 2.1 §6.1.1. */
export const Activate = defineOperation('Activate', {
  request: structure({ uniqueIdentifier: wanted }),
  response: done,
})

/** KMIP 2.1 §6.1.49. */
export const Revoke = defineOperation('Revoke', {
  request: structure({
    uniqueIdentifier: wanted,
    revocationReason: required('RevocationReason', RevocationReason),
    compromiseOccurrenceDate: optional('CompromiseOccurrenceDate', dateTime),
  }),
  response: done,
})

/** KMIP 2.1 §6.1.15. An active object is refused: it is revoked first. */
export const Destroy = defineOperation('Destroy', {
  request: structure({ uniqueIdentifier: wanted }),
  response: done,
})
