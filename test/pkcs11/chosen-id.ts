import { type ObjectId, type ObjectKind, uuidv7 } from '@chatelaine/core'

/** An id of the form that this backend gives, not used so far. */
export function newChosenId(kind: ObjectKind): ObjectId {
  return `${kind}-${uuidv7().replaceAll('-', '')}`
}
