import type { Consumer } from './object.ts'

/** Whether two consumers are the same service's use of the same resource. */
export function isSameConsumer(one: Consumer, other: Consumer): boolean {
  return one.service === other.service && one.resourceType === other.resourceType && one.resourceId === other.resourceId
}
