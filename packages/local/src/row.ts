import {
  type Consumer,
  isKeyKind,
  isObjectKind,
  KeyManagerError,
  type NewObject,
  type ObjectInfo,
  type ObjectSpec,
} from '@chatelaine/core'

/** The columns that never change once a row is written; absent values are NULL. Times are milliseconds since 1970. */
export interface FixedColumns {
  readonly project: string
  readonly id: string
  readonly kek_id: string
  readonly kind: string
  readonly name: string | null
  readonly algorithm: string | null
  readonly bit_length: number | null
  readonly extractable: number | null
  readonly expiration: number | null
  readonly created: number
}

/** A row as `describe` and `list` read it. */
export interface InfoRow extends FixedColumns {
  readonly mac: Uint8Array
  readonly consumers: string | null
  readonly consumers_mac: Uint8Array | null
}

/** A row as `get` reads it. */
export interface ObjectRow extends InfoRow {
  readonly nonce: Uint8Array
  readonly sealed: Uint8Array
}

/** The columns of `object` as it is to be written. */
export function toColumns(
  object: NewObject | ObjectSpec,
  place: { readonly project: string; readonly id: string; readonly kekId: string; readonly created: number },
): FixedColumns {
  const key = 'algorithm' in object ? object : undefined
  return {
    project: place.project,
    id: place.id,
    kek_id: place.kekId,
    kind: object.kind,
    name: object.name ?? null,
    algorithm: key?.algorithm ?? null,
    bit_length: key?.bitLength ?? null,
    extractable: key?.extractable === undefined ? null : Number(key.extractable),
    expiration: object.expiration?.getTime() ?? null,
    created: place.created,
  }
}

/** Every fixed column, each after its length in bytes: what a seal and a MAC are bound to. NULL is told from empty. */
export function boundBytes(row: FixedColumns): Buffer {
  return lengthPrefixed('chatelaine local row 1', [
    row.project,
    row.id,
    row.kind,
    row.name,
    row.algorithm,
    row.bit_length,
    row.extractable,
    row.expiration,
    row.created,
    row.kek_id,
  ])
}

/** What the MAC of a row's consumers is bound to. */
export function boundConsumers(row: FixedColumns, consumers: string): Buffer {
  return lengthPrefixed('chatelaine local consumers 1', [row.project, row.id, row.kek_id, consumers])
}

function lengthPrefixed(format: string, fields: readonly (string | number | null)[]): Buffer {
  let text = format
  for (const field of fields) {
    const value = field === null ? '' : String(field)
    text += field === null ? ';-' : `;${Buffer.byteLength(value)}:${value}`
  }
  return Buffer.from(text)
}

/** The information in a row that has been found authentic. */
export function toInfo(row: InfoRow): ObjectInfo {
  const { kind } = row
  if (!isObjectKind(kind)) throw new KeyManagerError('integrity', `${row.id}: there is no kind ${kind}`)
  const consumers = row.consumers === null ? [] : (JSON.parse(row.consumers) as Consumer[])
  const common = {
    id: row.id,
    created: new Date(row.created),
    consumers,
    ...(row.name !== null && { name: row.name }),
    ...(row.expiration !== null && { expiration: new Date(row.expiration) }),
  }
  if (!isKeyKind(kind)) return { kind, ...common }
  return {
    kind,
    ...common,
    ...(row.algorithm !== null && { algorithm: row.algorithm }),
    ...(row.bit_length !== null && { bitLength: row.bit_length }),
    ...(row.extractable !== null && { extractable: row.extractable === 1 }),
  }
}
