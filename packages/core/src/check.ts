import { canonicalAlgorithm, fixedBitLength } from './algorithms.ts'
import type { Capabilities } from './capabilities.ts'
import type { Context } from './context.ts'
import type { ListFilter } from './driver.ts'
import { KeyManagerError } from './errors.ts'
import { isKeyKind, isObjectKind } from './kinds.ts'
import type { Consumer, KeySpec, NewObject, Wrapped } from './object.ts'
import { SecretBytes } from './secret-bytes.ts'
import { notFound } from './tenancy.ts'

const longestName = 255

/** Context and credentials: of the right types, and credentials only where the driver has a use for them. */
export function checkContext(operation: string, context: Context, capabilities: Capabilities): void {
  if (typeof context !== 'object' || context === null) {
    throw invalid(operation, 'a context is required as first argument, {} at least')
  }
  checkText(operation, 'context.projectId', context.projectId)
  checkText(operation, 'context.userId', context.userId)
  const { credentials } = context
  if (credentials === undefined || capabilities.credentials?.includes(credentials.type)) return
  throw unsupported(operation, `credentials of type ${credentials.type} in the context`)
}

/** An id that cannot exist is `not_found`, one that is no string `invalid_argument`. */
export function checkId(operation: string, id: unknown): void {
  if (typeof id !== 'string') throw invalid(operation, 'the id is not a string')
  if (id === '' || !id.isWellFormed() || Buffer.byteLength(id) > longestName) {
    throw notFound(operation, id.toWellFormed().slice(0, longestName))
  }
}

/** An id that a caller chooses: present only where the driver takes one, and of a form that can exist. */
export function checkChosenId(operation: string, id: unknown, capabilities: Capabilities): void {
  if (id === undefined) return
  if (!capabilities.chosenIds) throw unsupported(operation, 'a chosen id')
  checkText(operation, 'the id', id)
}

/** Everything about an object to be stored that does not depend on the backend. */
export function checkNewObject(operation: string, object: NewObject, capabilities: Capabilities): void {
  if (typeof object !== 'object' || object === null) throw invalid(operation, 'an object is required')
  if (!isObjectKind(object.kind)) throw invalid(operation, `there is no kind ${JSON.stringify(object.kind)}`)
  if (!capabilities.kinds.includes(object.kind)) throw unsupported(operation, `an object of kind ${object.kind}`)
  checkSecret(operation, 'value', object.value)
  checkLength(operation, object.value.length, capabilities.maxValueLength)
  checkDescribed(operation, object, capabilities)
  if (isKeyKind(object.kind)) checkKeyFields(operation, object as KeyFields, object.kind, object.value.length)
}

/** SecretBytes, and not empty. */
export function checkSecret(operation: string, what: string, secret: unknown): void {
  if (!SecretBytes.is(secret)) throw invalid(operation, `${what} is not SecretBytes`)
  if (secret.length === 0) throw invalid(operation, `${what} is empty`)
}

/** Bytes, and the mechanism that made them. */
export function checkWrapped(wrapped: Wrapped): void {
  if (typeof wrapped !== 'object' || wrapped === null || !(wrapped.bytes instanceof Uint8Array)) {
    throw invalid('unwrap', 'what is to be unwrapped has no bytes')
  }
}

/** The algorithm by its canonical name, with the bit length that it needs; off or unknown ones are `unsupported`. */
export function checkKeySpec(
  operation: string,
  spec: KeySpec,
  supported: readonly string[] | undefined,
  capabilities: Capabilities,
): KeySpec {
  if (supported === undefined) throw unsupported(operation, operation)
  if (typeof spec !== 'object' || spec === null) throw invalid(operation, 'a key specification is required')
  checkText(operation, 'algorithm', spec.algorithm)
  const algorithm = canonicalAlgorithm(spec.algorithm)
  if (!supported.includes(algorithm)) {
    throw unsupported(operation, `algorithm ${JSON.stringify(algorithm)} (supported: ${supported.join(', ')})`)
  }
  checkDescribed(operation, spec, capabilities)
  return { ...spec, algorithm, bitLength: specBitLength(operation, algorithm, spec.bitLength) }
}

/** A filter's fields are of the right types, and its limit a whole number. */
export function checkFilter(operation: string, filter: ListFilter): void {
  if (typeof filter !== 'object' || filter === null) throw invalid(operation, 'the filter is not an object')
  const { kind, limit } = filter
  if (kind !== undefined && !isObjectKind(kind)) throw invalid(operation, `there is no kind ${JSON.stringify(kind)}`)
  checkText(operation, 'filter.name', filter.name)
  checkText(operation, 'filter.algorithm', filter.algorithm)
  checkText(operation, 'filter.after', filter.after)
  if (limit !== undefined && !(Number.isSafeInteger(limit) && limit > 0)) {
    throw invalid(operation, 'filter.limit is not a positive whole number')
  }
}

/** All three fields are there. */
export function checkConsumer(operation: string, consumer: Consumer): void {
  if (typeof consumer !== 'object' || consumer === null) throw invalid(operation, 'a consumer is required')
  for (const field of ['service', 'resourceType', 'resourceId'] as const) {
    if (consumer[field] === undefined) throw invalid(operation, `consumer.${field} is missing`)
    checkText(operation, `consumer.${field}`, consumer[field])
  }
}

/** A time limit in milliseconds is a positive number that a timer can hold. */
export function checkTimeout(operation: string, timeoutMs: number | undefined): void {
  if (timeoutMs === undefined) return
  if (Number.isFinite(timeoutMs) && timeoutMs >= 0 && timeoutMs < 2 ** 31) return
  throw invalid(operation, 'timeoutMs is not a number of milliseconds from 0 to 2147483647')
}

/** The error for what a driver's capabilities do not name. */
export function unsupported(operation: string, what: string): KeyManagerError {
  return new KeyManagerError('unsupported', `${operation}: this backend does not support ${what}`)
}

interface KeyFields {
  readonly algorithm?: string
  readonly bitLength?: number
}

function checkKeyFields(operation: string, key: KeyFields, kind: string, length: number): void {
  if (key.algorithm === undefined) throw invalid(operation, 'algorithm is missing')
  checkText(operation, 'algorithm', key.algorithm)
  checkBitLength(operation, key.bitLength)
  if (kind === 'symmetric' && key.bitLength !== undefined && key.bitLength !== length * 8) {
    throw invalid(operation, `bitLength is ${key.bitLength}, the value has ${length * 8} bits`)
  }
}

function checkDescribed(operation: string, spec: KeySpec | NewObject, capabilities: Capabilities): void {
  checkText(operation, 'name', spec.name)
  checkExpiration(operation, spec.expiration, capabilities)
  if (!('extractable' in spec) || spec.extractable === undefined) return
  if (typeof spec.extractable !== 'boolean') throw invalid(operation, 'extractable is not a boolean')
  if (!spec.extractable && !capabilities.nonExtractable) throw unsupported(operation, 'extractable: false')
}

function checkExpiration(operation: string, expiration: Date | undefined, capabilities: Capabilities): void {
  if (expiration === undefined) return
  if (!capabilities.expiration) throw unsupported(operation, 'an expiration')
  if (!(expiration instanceof Date) || Number.isNaN(expiration.getTime())) {
    throw invalid(operation, 'expiration is not a valid Date')
  }
  if (expiration.getTime() <= Date.now()) throw invalid(operation, 'expiration lies in the past')
}

function specBitLength(operation: string, algorithm: string, bitLength: number | undefined): number {
  const fixed = fixedBitLength(algorithm)
  checkBitLength(operation, bitLength)
  if (fixed !== undefined && (bitLength ?? fixed) !== fixed) {
    throw invalid(operation, `bitLength of ${algorithm} is ${fixed}, not ${bitLength}`)
  }
  const result = fixed ?? bitLength
  if (result === undefined) throw invalid(operation, `bitLength is missing, ${algorithm} has several`)
  return result
}

function checkBitLength(operation: string, bitLength: number | undefined): void {
  if (bitLength === undefined || (Number.isSafeInteger(bitLength) && bitLength > 0)) return
  throw invalid(operation, 'bitLength is not a positive whole number')
}

function checkLength(operation: string, length: number, most: number | undefined): void {
  if (most === undefined || length <= most) return
  throw invalid(operation, `value has ${length} bytes, more than the ${most} that this backend takes`)
}

function checkText(operation: string, what: string, text: unknown): void {
  if (text === undefined) return
  if (typeof text !== 'string') throw invalid(operation, `${what} is not a string`)
  if (text === '') throw invalid(operation, `${what} is empty`)
  if (!text.isWellFormed()) throw invalid(operation, `${what} holds a lone surrogate`)
  if (text.length * 3 > longestName && Buffer.byteLength(text) > longestName) {
    throw invalid(operation, `${what} is longer than ${longestName} bytes of UTF-8`)
  }
}

function invalid(operation: string, what: string): KeyManagerError {
  return new KeyManagerError('invalid_argument', `${operation}: ${what}`)
}
