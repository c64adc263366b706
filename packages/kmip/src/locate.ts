import type { ListFilter, ObjectId, ObjectInfo } from '@chatelaine/core'
import { type AttributeSet, type Client, item, KmipServerError, type Version } from 'kmip-client-ts'
import { infoAttributes, objectTypes, toInfo } from './info.ts'
import { nameGroup, plainName } from './names.ts'

const idsPerLocate = 5000
const objectsPerBatch = 32

/** What a list needs beside its filter. */
export interface ListContext {
  readonly client: Client
  readonly project: string | undefined
  readonly signal: AbortSignal | undefined
}

/**
 * Lists in the order of ids. The identifiers alone are fetched first, since KMIP can resume only by position, which moves when
 * others delete; the attributes follow page by page.
 */
export async function* listObjects(list: ListContext, filter: ListFilter): AsyncGenerator<ObjectInfo, void, void> {
  const ids = (await locateAll(list, filter)).filter((id) => filter.after === undefined || id > filter.after)
  let left = filter.limit ?? Number.POSITIVE_INFINITY
  for (let start = 0; start < ids.length && left > 0; start += objectsPerBatch) {
    for (const info of await describeAll(list, ids.slice(start, start + objectsPerBatch))) {
      if (left === 0) return
      if (!matches(info, filter)) continue
      left -= 1
      yield info
    }
  }
}

function matches(info: ObjectInfo, { kind, name, algorithm }: ListFilter): boolean {
  return (
    (kind === undefined || info.kind === kind) &&
    (name === undefined || info.name === name) &&
    (algorithm === undefined || ('algorithm' in info && info.algorithm === algorithm))
  )
}

async function locateAll(list: ListContext, filter: ListFilter): Promise<ObjectId[]> {
  const found = new Set<ObjectId>()
  for (const attributes of searches(filter)) {
    for (const id of await locate(list, attributes)) found.add(id)
  }
  return [...found].sort(byCodeUnits)
}

function byCodeUnits(one: string, other: string): number {
  return one < other ? -1 : Number(one > other)
}

// Filters of the device only narrow the search: some match what has no such attribute, and names of ours are not always in Name.
// The object type comes first, because PyKMIP fails on other filters where they do not apply.
function searches({ kind, name }: ListFilter): AttributeSet[] {
  const types = kind === undefined ? [{}] : objectTypes[kind].map((objectType) => ({ objectType }))
  if (name === undefined) return types
  const named = [{ objectGroup: [nameGroup(name)] }, plainName(name)].filter((each) => Object.keys(each).length > 0)
  return types.flatMap((type) => named.map((each) => ({ ...type, ...each })))
}

// KMIP before 1.3 cannot resume: there all come at once.
const pages = (version: Version) => version !== '1.0' && version !== '1.1' && version !== '1.2'

async function locate({ client, signal }: ListContext, attributes: AttributeSet): Promise<ObjectId[]> {
  if (!pages(client.version)) return [...(await client.request('Locate', { attributes }, { signal })).uniqueIdentifiers]
  const ids: ObjectId[] = []
  for (;;) {
    const page = { maximumItems: idsPerLocate, ...(ids.length > 0 && { offsetItems: ids.length }), attributes }
    const { uniqueIdentifiers } = await client.request('Locate', page, { signal })
    ids.push(...uniqueIdentifiers)
    if (uniqueIdentifiers.length < idsPerLocate) return ids
  }
}

async function describeAll({ client, project, signal }: ListContext, ids: readonly ObjectId[]): Promise<ObjectInfo[]> {
  const items = ids.map((uniqueIdentifier) =>
    item('GetAttributes', { uniqueIdentifier, attributeNames: infoAttributes }),
  )
  const results = await client.batch(items, { signal, onError: 'Continue' })
  return results.flatMap((result, index) => {
    const id = ids[index] ?? ''
    if (result.ok) return toInfo(id, result.value.attributes ?? {}, project) ?? []
    if (isGone(result.error)) return []
    throw result.error
  })
}

// Deleted between Locate and now.
function isGone(error: unknown): boolean {
  return (['ItemNotFound', 'ObjectNotFound', 'ObjectDestroyed'] as const).some((reason) =>
    KmipServerError.refusal(error, reason),
  )
}
