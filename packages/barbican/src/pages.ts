import {
  canonicalAlgorithm,
  KeyManagerError,
  type ListFilter,
  type ObjectInfo,
  type ObjectKind,
} from '@chatelaine/core'
import { type Client, read } from './client.ts'
import { type Json, objectsIn, parseObject, textIn } from './json.ts'
import { secretInfo } from './secret.ts'
import type { Session } from './session.ts'

const mostPerPage = 100

/** Where a page begins: `seen` secrets after the first of the moment `created`. What is deleted meanwhile shifts nothing. */
interface Cursor {
  readonly created?: string
  readonly seen: readonly string[]
  /** Of the same moment, those up to this one do not count. */
  readonly after?: string
}

/** Every secret that matches the filter, oldest first, a page at a time. */
export async function* listObjects(
  client: Client,
  session: Session,
  filter: ListFilter,
  signal: AbortSignal | undefined,
): AsyncGenerator<ObjectInfo, void, void> {
  let left = filter.limit ?? Number.POSITIVE_INFINITY
  let cursor: Cursor | undefined =
    filter.after === undefined ? { seen: [] } : await cursorAt(client, session, filter.after, signal)
  const wanted = filterOf(filter)
  while (cursor !== undefined) {
    const page = await fetchPage(client, session, filter, cursor, left, signal)
    for (const { info } of page.entries) {
      if (!wanted(info)) continue
      yield info
      left -= 1
      if (left === 0) return
    }
    cursor = page.next
  }
}

interface Entry {
  readonly created: string
  readonly info: ObjectInfo
}

interface Page {
  readonly entries: readonly Entry[]
  readonly next: Cursor | undefined
}

async function fetchPage(
  client: Client,
  session: Session,
  filter: ListFilter,
  cursor: Cursor,
  left: number,
  signal: AbortSignal | undefined,
): Promise<Page> {
  const limit = exact(filter, cursor) ? Math.min(mostPerPage, left) : mostPerPage
  const path = `/secrets?${query(filter, cursor, limit).toString()}`
  const json = parseObject('list', await client.body(session, read('list', path, { signal })))
  const found = objectsIn(json, 'secrets').map(entryOf)
  const more = typeof json.total !== 'number' || json.total > cursor.seen.length + found.length
  return { entries: fresh(found, cursor), next: more ? advance(cursor, found) : undefined }
}

function fresh(found: readonly Entry[], { seen, after }: Cursor): readonly Entry[] {
  const start = after === undefined ? 0 : found.findIndex(({ info }) => info.id === after) + 1
  return found.slice(start).filter(({ info }) => !seen.includes(info.id))
}

function query(filter: ListFilter, cursor: Cursor, limit: number): URLSearchParams {
  const pattern = filter.name === undefined ? undefined : namePattern(filter.name)
  return new URLSearchParams({
    limit: String(limit),
    offset: String(cursor.seen.length),
    sort: 'created:asc',
    ...(cursor.created !== undefined && { created: `gte:${cursor.created}` }),
    ...(filter.kind !== undefined && { secret_type: filter.kind }),
    ...(pattern !== undefined && { name: pattern }),
  })
}

// Barbican decodes the name twice and hands it to SQL's LIKE: all but plain characters become LIKE's “any character”, and
// what comes back is compared once more. SQLite's LIKE stops at a NUL.
function namePattern(name: string): string | undefined {
  if (name.includes('\0')) return undefined
  return Array.from(name, (character) => (/[A-Za-z0-9.-]/.test(character) ? character : '_')).join('')
}

// Whether the server's answer needs no second look, so that `limit` may be the server's.
function exact({ name, algorithm }: ListFilter, { after }: Cursor): boolean {
  return name === undefined && algorithm === undefined && after === undefined
}

// The algorithm is compared here alone: it has many spellings, and the server knows only the one it was given.
function filterOf(filter: ListFilter): (info: ObjectInfo) => boolean {
  const algorithm = filter.algorithm === undefined ? undefined : canonicalAlgorithm(filter.algorithm)
  return (info) =>
    matches<ObjectKind>(filter.kind, info.kind) &&
    matches(filter.name, info.name) &&
    matches(algorithm, 'algorithm' in info ? info.algorithm : undefined)
}

function matches<Value>(wanted: Value | undefined, found: Value | undefined): boolean {
  return wanted === undefined || wanted === found
}

function entryOf(json: Json): Entry {
  return { created: textIn(json, 'created') ?? '', info: secretInfo('list', json) }
}

function advance(cursor: Cursor, entries: readonly Entry[]): Cursor | undefined {
  const created = entries.at(-1)?.created
  if (created === undefined || created === '') return undefined
  const same = entries.filter((entry) => entry.created === created).map(({ info }) => info.id)
  return { created, seen: created === cursor.created ? [...cursor.seen, ...same] : same }
}

async function cursorAt(
  client: Client,
  session: Session,
  after: string,
  signal: AbortSignal | undefined,
): Promise<Cursor> {
  const call = read('list', `/secrets/${after}`, { id: after, signal })
  const { response } = await client.send(session, call)
  const created = response.status === 200 ? textIn(parseObject('list', response.body), 'created') : undefined
  if (created !== undefined) return { created, seen: [], after }
  const message = `list: the object ${JSON.stringify(after)}, after which to go on, is not there`
  throw new KeyManagerError('not_found', message)
}
