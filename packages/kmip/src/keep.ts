import { KeyManagerError, type ObjectId, type ObjectSpec } from '@chatelaine/core'
import { type AttributeSet, type Client, type ItemResult, item, KmipServerError } from 'kmip-client-ts'
import { infoAttributes, toInfo } from './info.ts'

/** The attributes of the object that an earlier item of the batch has made. */
export const keptAttributes = item('GetAttributes', { attributeNames: infoAttributes })

const dropped = [
  'NonUniqueNameAttribute',
  'ApplicationNamespaceNotSupported',
  'UnsupportedAttribute',
  'InvalidAttribute',
  'InvalidAttributeValue',
  'InvalidField',
] as const

/** The sets of attributes to try in turn: some devices refuse a name that another object has, or attributes that they do not know. */
export function attempts(usage: AttributeSet, described: AttributeSet): AttributeSet[] {
  const { name, ...nameless } = described
  return [
    { ...usage, ...described },
    ...(name === undefined
      ? []
      : [
          { ...usage, ...nameless },
          { ...usage, name },
        ]),
    usage,
  ]
}

/** Whether the refusal may be about an attribute that can be left out. */
export function isAboutAttributes(error: unknown): boolean {
  return KmipServerError.refusal(error) && dropped.some((reason) => reason === error.reason)
}

/**
 * Proves that the device gives back what was said of a new object; what was lost makes it `unsupported`, and the object is destroyed
 * again.
 */
export async function proveKept(
  client: Client,
  operation: string,
  wanted: ObjectSpec,
  id: ObjectId,
  kept: ItemResult<{ readonly attributes?: AttributeSet | undefined }>,
  project: string | undefined,
): Promise<void> {
  const attributes = kept.ok ? kept.value.attributes : await fetchAttributes(client, id)
  const info = toInfo(id, attributes ?? {}, project)
  const lost = ['kind', 'name', 'algorithm', 'bitLength', 'expiration'].filter((field) => differs(wanted, info, field))
  if (lost.length === 0) return
  await client.request('Destroy', { uniqueIdentifier: id })
  throw new KeyManagerError('unsupported', `${operation}: the device does not keep ${lost.join(', ')}`)
}

async function fetchAttributes(client: Client, id: ObjectId): Promise<AttributeSet | undefined> {
  const payload = { uniqueIdentifier: id, attributeNames: infoAttributes }
  return (await client.request('GetAttributes', payload)).attributes
}

function differs(wanted: object, info: object | undefined, field: string): boolean {
  const [one, other] = [wanted, info ?? {}].map((of) => (of as Record<string, unknown>)[field])
  return one instanceof Date ? !(other instanceof Date) || one.getTime() !== other.getTime() : one !== other
}
