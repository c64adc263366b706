import type { ObjectKind } from '@chatelaine/core'
import { isObjectKind } from '@chatelaine/core'
import type { AttributeSet } from 'kmip-client-ts'

const namespace = 'chatelaine'

/** What we say of an object beyond what KMIP's own attributes can: application specific information in our namespace. */
export interface Metadata {
  readonly kind: ObjectKind
  /** Milliseconds since 1970. */
  readonly created: number
  readonly name?: string | undefined
  readonly algorithm?: string | undefined
  readonly bitLength?: number | undefined
  /** Milliseconds since 1970. */
  readonly expiration?: number | undefined
  readonly project?: string | undefined
}

/** The attribute that carries it. ASCII only: some devices count bytes as characters. */
export function toInformation(metadata: Metadata): NonNullable<AttributeSet['applicationSpecificInformation']> {
  const json = JSON.stringify({ v: 1, ...metadata })
  const ascii = json.replaceAll(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return [{ applicationNamespace: namespace, applicationData: ascii }]
}

/** What we said of an object; undefined for foreign ones, and for what others have written into our namespace. */
export function findMetadata(attributes: AttributeSet): Metadata | undefined {
  for (const { applicationNamespace, applicationData } of attributes.applicationSpecificInformation ?? []) {
    const found = applicationNamespace === namespace ? parse(applicationData) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

function parse(text: string | undefined): Metadata | undefined {
  const record = parseRecord(text)
  if (record?.['v'] !== 1 || !isObjectKind(record['kind']) || typeof record['created'] !== 'number') return undefined
  return {
    kind: record['kind'],
    created: record['created'],
    name: ofType('string', record['name']),
    algorithm: ofType('string', record['algorithm']),
    bitLength: ofType('number', record['bitLength']),
    expiration: ofType('number', record['expiration']),
    project: ofType('string', record['project']),
  }
}

function parseRecord(text = ''): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

function ofType(type: 'string', value: unknown): string | undefined
function ofType(type: 'number', value: unknown): number | undefined
function ofType(type: 'string' | 'number', value: unknown): unknown {
  return typeof value === type ? value : undefined
}
