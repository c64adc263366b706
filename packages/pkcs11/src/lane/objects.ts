import { KeyManagerError, type ObjectId } from '@chatelaine/core'
import { parseObjectId } from '../object-name.ts'
import type { LaneInfo, Results } from '../protocol.ts'
import { CKA } from './constants.ts'
import { Exporter } from './export.ts'
import { CKR, isReturnValue } from './failure.ts'
import { type Found, findObject } from './find.ts'
import { type KeySize, type Layout, ulong } from './layout.ts'
import type { Handle, Session } from './session.ts'

const mostKnown = 20_000

/** The token's objects, by name. Where each lies is remembered, and proved by its name whenever it is read. */
export class Objects {
  readonly session: Session
  readonly #exporter: Exporter | undefined
  readonly #known = new Map<string, Found>()
  #generation = 0

  /** With `exportWrapped`, keys that the token gives out only wrapped are read so. */
  constructor(session: Session, exportWrapped: boolean) {
    this.session = session
    this.#exporter = exportWrapped ? new Exporter(session) : undefined
  }

  /** The object with its value. */
  get(id: ObjectId): Results['get'] {
    return this.#using(id, (found) => this.read(found))
  }

  /** The object without its value, which is not read. */
  describe(id: ObjectId): LaneInfo {
    return this.#using(id, (found) => this.describeFound(found))
  }

  /** The object behind a handle, with its value. */
  read(found: Found): Results['get'] {
    try {
      return readFound(this.session, found)
    } catch (error) {
      if (!this.#exporter || !isKept(error)) throw error
      return this.#exported(found, this.#exporter)
    }
  }

  /** The object behind a handle, without its value. */
  describeFound(found: Found): LaneInfo {
    return describeFound(this.session, found, this.#exporter !== undefined)
  }

  #exported(found: Found, exporter: Exporter): Results['get'] {
    const info = this.describeFound(found)
    if (info.extractable === false) throw new NotExtractable()
    const value = exporter.read(found, info)
    return { ...info, ...(info.kind === 'symmetric' && { bitLength: 8 * value.length }), value }
  }

  delete(id: ObjectId): true {
    return this.#using(id, (found) => {
      assertNamed(this.session.read(found.handle, [found.proof.type]), found)
      this.session.destroy(found.handle)
      this.#known.delete(found.id)
      return true
    })
  }

  /** Where the object is, or undefined; looks at the token itself. */
  find(id: ObjectId): Found | undefined {
    const name = parseObjectId(id)
    const found = name && findObject(this.session, name)
    if (found) this.remember(found)
    return found
  }

  /** Calls `use` with where the object is, of which the name has been proved. */
  at<Result>(id: ObjectId, use: (found: Found) => Result): Result {
    return this.#using(id, (found) => {
      assertNamed(this.session.read(found.handle, [found.proof.type]), found)
      return use(found)
    })
  }

  remember(found: Found): void {
    if (this.#known.size >= mostKnown) {
      const [oldest] = this.#known.keys()
      this.#known.delete(oldest ?? '')
    }
    this.#known.set(found.id, found)
  }

  // A handle that has become another object's, or nobody's, is forgotten, and the object looked for once.
  #using<Result>(id: ObjectId, use: (found: Found) => Result): Result {
    const known = this.#knownAs(id)
    if (known) {
      try {
        return use(known)
      } catch (error) {
        if (!isStale(error) && !(isKept(error) && this.#isAnother(known))) throw error
        this.#known.delete(known.id)
      }
    }
    const found = this.find(id)
    if (!found) throw new KeyManagerError('not_found', 'no such object')
    return this.#firstUse(found, use)
  }

  #firstUse<Result>(found: Found, use: (found: Found) => Result): Result {
    try {
      return use(found)
    } catch (error) {
      if (!isStale(error)) throw error
      this.#known.delete(found.id)
      throw new KeyManagerError('not_found', 'no such object')
    }
  }

  #knownAs(id: ObjectId): Found | undefined {
    if (this.#generation !== this.session.generation) {
      this.#known.clear()
      this.#generation = this.session.generation
    }
    return this.#known.get(id)
  }

  #isAnother(known: Found): boolean {
    try {
      assertNamed(this.session.read(known.handle, [known.proof.type]), known)
      return false
    } catch (error) {
      if (isStale(error)) return true
      throw error
    }
  }
}

// In one read where the token answers it.
function describeFound(session: Session, found: Found, exportWrapped: boolean): LaneInfo {
  const secret = found.name.kind === 'symmetric' || found.name.kind === 'private'
  const flags = secret ? [CKA.SENSITIVE, CKA.EXTRACTABLE] : []
  const [values, sizes] = readWithSize(session, found, [...identity(found), ...flags])
  assertNamed(values, found)
  const [sensitive, extractable] = values.slice(identity(found).length)
  const stays = secret && ((isTrue(sensitive) && !exportWrapped) || !isTrue(extractable))
  return { ...info(found, values[1]), ...sizeOf(found, sizes), ...(stays && { extractable: false }) }
}

function readFound(session: Session, found: Found): Results['get'] {
  const { layout } = found
  if (!layout) throw new KeyManagerError('unsupported', 'a key of a type that this backend does not know')
  const head = identity(found)
  const values = readSecret(session, found.handle, [...head, ...layout.valueAttributes])
  assertNamed(values, found)
  return { ...info(found, values[1]), ...rebuilt(layout, values.slice(head.length)) }
}

function rebuilt(layout: Layout, values: readonly Buffer[]): ReturnType<Layout['read']> {
  try {
    return layout.read(values)
  } catch (error) {
    // What a layout says of a key that it cannot rebuild holds no byte of it.
    if (error instanceof RangeError) throw new KeyManagerError('unsupported', error.message)
    throw error
  }
}

function sizeOf({ layout }: Found, sizes: readonly Buffer[] | undefined): KeySize | undefined {
  if (!layout || layout.keyType === undefined) return undefined
  return sizes ? layout.size(sizes) : { algorithm: layout.algorithm }
}

function readSecret(session: Session, handle: Handle, types: readonly number[]): Buffer[] {
  try {
    return session.read(handle, types)
  } catch (error) {
    if (isKept(error)) throw new NotExtractable()
    throw error
  }
}

// Some tokens have no length, or no modulus, of a key that they keep: then nothing is said of it.
function readWithSize(session: Session, found: Found, types: readonly number[]): [Buffer[], (Buffer[] | undefined)?] {
  const sizeAttributes = found.layout?.sizeAttributes ?? []
  try {
    const values = session.read(found.handle, [...types, ...sizeAttributes])
    return [values.slice(0, types.length), values.slice(types.length)]
  } catch (error) {
    if (sizeAttributes.length === 0 || !isReturnValue(error, CKR.ATTRIBUTE_TYPE_INVALID)) throw error
    return [session.read(found.handle, types)]
  }
}

// The name first, the label second, and of keys the type, which decides how the value is read.
function identity({ proof, layout }: Found): number[] {
  return [proof.type, CKA.LABEL, ...(layout?.keyType === undefined ? [] : [CKA.KEY_TYPE])]
}

function assertNamed([name, , keyType]: readonly Buffer[], { proof, layout }: Found): void {
  const same = name?.equals(proof.value) ?? false
  if (same && (keyType === undefined || layout?.keyType === undefined || ulong(keyType) === layout.keyType)) return
  throw new StaleHandle()
}

function info(found: Found, label: Buffer | undefined): LaneInfo & KeySize {
  const { id, name, created } = found
  const text = label?.toString('utf8') ?? ''
  // What was stored without a name has its id as label, so that other programs show something.
  const named = text !== '' && text !== id
  return { id, kind: name.kind, ...(named && { name: text }), ...(created !== undefined && { created }) }
}

function isTrue(value: Buffer | undefined): boolean {
  return value !== undefined && value.some((byte) => byte !== 0)
}

/** Whether a handle was nobody's, or another object's, any more. */
export function isStale(error: unknown): boolean {
  return error instanceof StaleHandle || isReturnValue(error, CKR.OBJECT_HANDLE_INVALID, CKR.KEY_HANDLE_INVALID)
}

function isKept(error: unknown): boolean {
  return error instanceof NotExtractable || isReturnValue(error, CKR.ATTRIBUTE_SENSITIVE, CKR.KEY_UNEXTRACTABLE)
}

class StaleHandle extends Error {}

class NotExtractable extends KeyManagerError {
  constructor() {
    super('not_extractable', 'the token does not give this key out')
  }
}
