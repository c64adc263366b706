import { KeyManagerError, type ObjectId } from '@chatelaine/core'
import { createdAt, formatObjectId, type ObjectName } from '../object-name.ts'
import { CKA, CKO } from './constants.ts'
import { element, tags } from './der.ts'
import { allTrue, type Layout, ulong } from './layout.ts'
import { classOf, kindOf, layoutOf, passphraseApplication } from './layouts.ts'
import type { Handle, Session } from './session.ts'

/** An object of the token whose place is known. */
export interface Found {
  readonly handle: Handle
  readonly name: ObjectName
  readonly id: ObjectId
  /** What must be read from it every time, to prove that it is still the same. */
  readonly proof: { readonly type: number; readonly value: Buffer }
  /** In milliseconds. */
  readonly created: number | undefined
  /** Undefined for a key of a type that this backend does not know. */
  readonly layout: Layout | undefined
}

/** The one attribute that an object is found by. */
export function nameAttribute({ kind, by, bytes }: ObjectName): { type: number; value: Buffer } {
  const value = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (by === 'label') return { type: CKA.LABEL, value }
  if (classOf[kind] !== CKO.DATA) return { type: CKA.ID, value }
  return { type: CKA.OBJECT_ID, value: by === 'oid' ? value : uuidOid(value) }
}

/** The object of that name; two of them are `integrity`, since nobody can say which is meant. */
export function findObject(session: Session, name: ObjectName): Found | undefined {
  const handles = matching(session, name)
  const [handle, ...others] = handles.length === 0 && session.renewedLogin() ? matching(session, name) : handles
  if (handle === undefined) return undefined
  if (others.length > 0) throw ambiguous(session, [handle, ...others])
  return foundAt(session, handle, name)
}

/** All objects with the attributes of `template`, of those kinds that `kindOf` knows, with their names. */
export function nameOf(session: Session, handle: Handle, objectClass: number): ObjectName | undefined {
  if (objectClass === CKO.DATA) return dataName(session, handle)
  const kind = kindOf(objectClass)
  if (kind === undefined) return undefined
  const [id = Buffer.alloc(0)] = session.read(handle, [CKA.ID])
  if (id.length > 0) return { kind, by: 'id', bytes: id }
  return { kind, by: 'label', bytes: session.read(handle, [CKA.LABEL])[0] ?? Buffer.alloc(0) }
}

/** The object behind `handle`, of which `name` is known already. */
export function foundAt(session: Session, handle: Handle, name: ObjectName): Found | undefined {
  return found(handle, name, layoutOf(name.kind, keyTypeOf(session, handle, name)))
}

/** The same, where the layout is known too. */
export function found(handle: Handle, name: ObjectName, layout: Layout | undefined): Found | undefined {
  const id = formatObjectId(name)
  if (id === undefined) return undefined
  return { handle, name, id, proof: nameAttribute(name), created: createdAt(name)?.getTime(), layout }
}

function keyTypeOf(session: Session, handle: Handle, { kind }: ObjectName): number | undefined {
  if (kind === 'certificate' || kind === 'passphrase' || kind === 'opaque') return undefined
  return ulong(session.read(handle, [CKA.KEY_TYPE])[0] ?? Buffer.alloc(1))
}

const enoughToBeAmbiguous = 3

function matching(session: Session, name: ObjectName): Handle[] {
  const template = [{ type: CKA.CLASS, value: classOf[name.kind] }, ...allTrue([CKA.TOKEN]), nameAttribute(name)]
  const exact = name.by !== 'label' && classOf[name.kind] !== CKO.DATA
  if (exact) return session.find(template, enoughToBeAmbiguous)
  const handles = session.find(template)
  return handles.filter((handle) => isSame(nameOf(session, handle, classOf[name.kind]), name))
}

function isSame(one: ObjectName | undefined, other: ObjectName): boolean {
  return one?.kind === other.kind && one.by === other.by && Buffer.from(one.bytes).equals(other.bytes)
}

function dataName(session: Session, handle: Handle): ObjectName {
  const [oid = Buffer.alloc(0), application] = session.read(handle, [CKA.OBJECT_ID, CKA.APPLICATION])
  const kind = application?.equals(passphraseApplication) ? 'passphrase' : 'opaque'
  const uuid = uuidOfOid(oid)
  if (uuid) return { kind, by: 'id', bytes: uuid }
  if (oid.length > 0) return { kind, by: 'oid', bytes: oid }
  return { kind, by: 'label', bytes: session.read(handle, [CKA.LABEL])[0] ?? Buffer.alloc(0) }
}

function ambiguous(session: Session, handles: readonly Handle[]): KeyManagerError {
  const labels = handles.map((handle) => JSON.stringify(session.read(handle, [CKA.LABEL])[0]?.toString('utf8') ?? ''))
  return new KeyManagerError(
    'integrity',
    `several objects of the token share this id; their labels: ${labels.join(', ')}`,
  )
}

// ITU-T X.667: a UUID as OBJECT IDENTIFIER is 2.25 followed by its 128 bits as one number; 2.25 is encoded as 105.
const uuidArc = 0x69
const uuidLength = 16

function uuidOid(uuid: Uint8Array): Buffer {
  let rest = BigInt(`0x${Buffer.from(uuid).toString('hex')}`)
  const septets = [Number(rest & 0x7fn)]
  for (rest >>= 7n; rest > 0n; rest >>= 7n) septets.unshift(0x80 | Number(rest & 0x7fn))
  return element(tags.oid, Buffer.from([uuidArc, ...septets]))
}

function uuidOfOid(oid: Buffer): Buffer | undefined {
  if (oid[0] !== tags.oid || oid[2] !== uuidArc) return undefined
  let number = 0n
  for (const octet of oid.subarray(3)) number = (number << 7n) | BigInt(octet & 0x7f)
  const hex = number.toString(16).padStart(2 * uuidLength, '0')
  const uuid = Buffer.from(hex, 'hex')
  return uuid.length === uuidLength && uuidOid(uuid).equals(oid) ? uuid : undefined
}
