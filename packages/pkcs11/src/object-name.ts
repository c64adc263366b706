import { isObjectKind, KeyManagerError, type ObjectId, type ObjectKind, uuidv7, uuidv7Date } from '@chatelaine/core'

/**
 * What an id says: the kind, and where to look. `id` is CKA_ID, and of CKO_DATA, which has none, the UUID in CKA_OBJECT_ID;
 * `oid` is any other CKA_OBJECT_ID; `label` finds what has neither.
 */
export interface ObjectName {
  readonly kind: ObjectKind
  readonly by: 'id' | 'oid' | 'label'
  readonly bytes: Uint8Array
}

const form = /^([a-z]+)-(?:(oid|label)\.)?((?:[0-9a-f]{2})+)$/
const longestId = 255

/** The id's meaning; undefined for what no object can have. */
export function parseObjectId(id: ObjectId): ObjectName | undefined {
  const [, kind, by = 'id', hex = ''] = form.exec(id) ?? []
  if (kind === undefined || !isObjectKind(kind) || (by !== 'id' && by !== 'oid' && by !== 'label')) return undefined
  return { kind, by, bytes: Buffer.from(hex, 'hex') }
}

/** `<kind>-<hex>`; undefined where that would be longer than an id may be, or empty. */
export function formatObjectId({ kind, by, bytes }: ObjectName): ObjectId | undefined {
  if (bytes.length === 0) return undefined
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')
  const id = `${kind}-${by === 'id' ? '' : `${by}.`}${hex}`
  return id.length > longestId ? undefined : id
}

/** The bytes of a new UUID of version 7: what every object that is stored or made here gets as its CKA_ID. */
export function newIdBytes(): Buffer {
  return Buffer.from(uuidv7().replaceAll('-', ''), 'hex')
}

/** When an object was made, where its name holds a UUID of version 7 that tells a time within reason. */
export function createdAt({ by, bytes }: ObjectName): Date | undefined {
  if (by !== 'id' || bytes.length !== 16) return undefined
  const hex = Buffer.from(bytes).toString('hex')
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
  const date = uuidv7Date(parts.join('-'))
  return date && date.getTime() > earliest && date.getTime() < Date.now() + dayMs ? date : undefined
}

// Foreign ids may look like a UUID of version 7 by chance; nothing of ours is older than this.
const earliest = Date.UTC(2026, 0, 1)
const dayMs = 86_400_000

/** The name behind an id that a caller chose; `invalid_argument` where this backend cannot give it to an object of `kind`. */
export function chosenName(operation: string, id: ObjectId, kind: ObjectKind): ObjectName {
  const name = parseObjectId(id)
  const isData = kind === 'passphrase' || kind === 'opaque'
  if (name?.kind === kind && name.by === 'id' && (!isData || name.bytes.length === 16)) return name
  const digits = isData ? '32 hexadecimal digits' : 'an even number of hexadecimal digits'
  const message = `${operation}: an id chosen for an object of kind ${kind} is ${kind}- and ${digits}, in lower case`
  throw new KeyManagerError('invalid_argument', message)
}
