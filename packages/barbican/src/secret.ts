import {
  type Consumer,
  canonicalAlgorithm,
  isKeyKind,
  isObjectKind,
  KeyManagerError,
  type NewObject,
  type ObjectInfo,
} from '@chatelaine/core'
import { barbicanAlgorithm } from './algorithms.ts'
import { encodedLength, encodeInto } from './base64.ts'
import { type Json, notUnderstood, objectsIn, textIn } from './json.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether Barbican can have an object of this id; it answers 404 to everything else. */
export function isUuid(id: string): boolean {
  return uuid.test(id)
}

/** The id in one of Barbican's references, whose host is the server's idea of its own name and not to be trusted. */
export function idOf(operation: string, reference: unknown): string {
  const id = typeof reference === 'string' ? reference.slice(reference.lastIndexOf('/') + 1) : ''
  if (isUuid(id)) return id
  throw notUnderstood(operation)
}

/** The body of POST /secrets, with the payload or, for the two-step store, without; the caller wipes it. */
export function secretBody(object: NewObject, payload?: Uint8Array): Uint8Array {
  const json = JSON.stringify(secretJson(object))
  if (payload === undefined) return Buffer.from(json)
  const head = Buffer.from(
    `${json.slice(0, -1)},"payload_content_type":"application/octet-stream","payload_content_encoding":"base64","payload":"`,
  )
  const body = new Uint8Array(head.length + encodedLength(payload.length) + 2)
  body.set(head)
  encodeInto(payload, body, head.length)
  body.set([0x22, 0x7d], body.length - 2)
  return body
}

/** What Barbican says of a secret, but for its payload. */
export function secretInfo(operation: string, json: Json): ObjectInfo {
  const type = textIn(json, 'secret_type')
  const kind = isObjectKind(type) ? type : 'opaque'
  const name = textIn(json, 'name')
  const expiration = dateIn(json, 'expiration')
  const created = dateIn(json, 'created')
  const consumers = consumersIn(json)
  const common = {
    id: idOf(operation, json.secret_ref),
    ...(name !== undefined && { name }),
    ...(expiration !== undefined && { expiration }),
    ...(created !== undefined && { created }),
    ...(consumers !== undefined && { consumers }),
  }
  return isKeyKind(kind) ? { kind, ...common, ...keyFields(json) } : { kind, ...common }
}

/** A consumer as the API has it. */
export function consumerBody({ service, resourceType, resourceId }: Consumer): Uint8Array {
  return Buffer.from(JSON.stringify({ service, resource_type: resourceType, resource_id: resourceId }))
}

/** Refuses a name that would come back as another: Barbican strips white space at both ends (Python's, not JavaScript's). */
export function checkName(operation: string, name: string | undefined): void {
  if (name === undefined || !(isStripped(name.at(0)) || isStripped(name.at(-1)))) return
  const message = `${operation}: the name begins or ends with white space, which Barbican would strip`
  throw new KeyManagerError('invalid_argument', message)
}

function isStripped(character = ''): boolean {
  return (/^\s$/.test(character) && character !== '\ufeff') || '\x1c\x1d\x1e\x1f\x85'.includes(character)
}

/** A moment in the form that Barbican parses everywhere. */
export function isoText(date: Date): string {
  return date.toISOString()
}

// Barbican's own limit; of a longer symmetric key the length of the value says it.
const longestBitLength = 32_767

function secretJson(object: NewObject): Json {
  const { kind, name, expiration } = object
  const key = 'algorithm' in object || 'bitLength' in object ? object : {}
  const { algorithm, bitLength = 0 } = key as { algorithm?: string; bitLength?: number }
  return {
    secret_type: kind,
    ...(name !== undefined && { name }),
    ...(expiration !== undefined && { expiration: isoText(expiration) }),
    ...(algorithm !== undefined && { algorithm: barbicanAlgorithm(algorithm) }),
    ...(bitLength > 0 && bitLength <= longestBitLength && { bit_length: bitLength }),
  }
}

function keyFields(json: Json): { algorithm?: string; bitLength?: number } {
  const algorithm = textIn(json, 'algorithm')
  const bitLength = json.bit_length
  return {
    ...(algorithm !== undefined && { algorithm: canonicalAlgorithm(algorithm) }),
    ...(typeof bitLength === 'number' && bitLength > 0 && { bitLength }),
  }
}

// Times come as UTC without saying so, and with microseconds where they are not zero.
function dateIn(json: Json, name: string): Date | undefined {
  const date = new Date(`${textIn(json, name)}Z`)
  return Number.isNaN(date.getTime()) ? undefined : date
}

function consumersIn(json: Json): Consumer[] | undefined {
  if (!Array.isArray(json.consumers)) return undefined
  return objectsIn(json, 'consumers').map((consumer) => ({
    service: textIn(consumer, 'service') ?? '',
    resourceType: textIn(consumer, 'resource_type') ?? '',
    resourceId: textIn(consumer, 'resource_id') ?? '',
  }))
}
