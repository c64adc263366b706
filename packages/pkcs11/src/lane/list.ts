import { objectKinds } from '@chatelaine/core'
import { formatObjectId, type ObjectName } from '../object-name.ts'
import type { LaneInfo, ListRequest, Results } from '../protocol.ts'
import { CKA } from './constants.ts'
import { foundAt, nameOf } from './find.ts'
import { allTrue, bytes } from './layout.ts'
import { classOf, layoutFor } from './layouts.ts'
import { isStale, type Objects } from './objects.ts'
import type { Handle } from './session.ts'

interface Entry {
  readonly id: string
  readonly name: ObjectName
  readonly handle: Handle
}

interface Cursor {
  readonly generation: number
  readonly entries: readonly Entry[]
}

const mostCursors = 16

/**
 * Lists the token in the order of ids. PKCS#11 has no order of its own: the ids of all that match are read first, which is
 * cheap, and kept for the next page; all else is read page by page.
 */
export class Lister {
  readonly #objects: Objects
  readonly #cursors = new Map<number, Cursor>()
  #nextCursor = 1

  constructor(objects: Objects) {
    this.#objects = objects
  }

  list(request: ListRequest): Results['list'] {
    const entries = this.#resumed(request.cursor) ?? this.#swept(request)
    const infos: LaneInfo[] = []
    let next = 0
    for (; infos.length < request.size && next < entries.length; next++) {
      const entry = entries[next]
      if (entry) infos.push(...this.#info(entry, request))
    }
    return { infos, ...(next < entries.length && { cursor: this.#keep(entries.slice(next)) }) }
  }

  #swept({ kind, name, algorithm, after = '' }: ListRequest): Entry[] {
    const kinds = kind === undefined ? objectKinds : [kind]
    const classes = new Set(kinds.map((each) => classOf[each]))
    const label = name === undefined ? [] : [bytes(CKA.LABEL, Buffer.from(name))]
    const keyType = kind && algorithm ? layoutFor(kind, algorithm)?.keyType : undefined
    const type = keyType === undefined ? [] : [{ type: CKA.KEY_TYPE, value: keyType }]
    const entries = [...classes].flatMap((value) => {
      const template = [{ type: CKA.CLASS, value }, ...allTrue([CKA.TOKEN]), ...label, ...type]
      return this.#objects.session.find(template).flatMap((handle) => this.#entry(handle, value))
    })
    const wanted = entries.filter((entry) => kinds.includes(entry.name.kind) && entry.id > after)
    return wanted.sort((one, other) => (one.id < other.id ? -1 : Number(one.id > other.id)))
  }

  #entry(handle: Handle, objectClass: number): Entry[] {
    return unlessGone(() => {
      const name = nameOf(this.#objects.session, handle, objectClass)
      const id = name && formatObjectId(name)
      return name === undefined || id === undefined ? [] : [{ id, name, handle }]
    })
  }

  #info({ handle, name }: Entry, { name: wanted, algorithm }: ListRequest): LaneInfo[] {
    return unlessGone(() => {
      const found = foundAt(this.#objects.session, handle, name)
      if (!found) return []
      this.#objects.remember(found)
      const info = this.#objects.describeFound(found)
      if (wanted !== undefined && info.name !== wanted) return []
      return algorithm !== undefined && info.algorithm !== algorithm ? [] : [info]
    })
  }

  #resumed(cursor: number | undefined): readonly Entry[] | undefined {
    const kept = this.#cursors.get(cursor ?? 0)
    if (kept) this.#cursors.delete(cursor ?? 0)
    return kept?.generation === this.#objects.session.generation ? kept.entries : undefined
  }

  #keep(entries: readonly Entry[]): number {
    if (this.#cursors.size >= mostCursors) {
      const [oldest] = this.#cursors.keys()
      this.#cursors.delete(oldest ?? 0)
    }
    const cursor = this.#nextCursor
    this.#nextCursor += 1
    this.#cursors.set(cursor, { generation: this.#objects.session.generation, entries })
    return cursor
  }
}

// What is deleted while it is listed is simply not there.
function unlessGone<Item>(read: () => Item[]): Item[] {
  try {
    return read()
  } catch (error) {
    if (isStale(error)) return []
    throw error
  }
}
