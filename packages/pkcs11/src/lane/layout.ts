import type { ObjectKind } from '@chatelaine/core'
import { CKA } from './constants.ts'

/** An attribute as the binding takes it; nothing else may reach native code, which a malformed one ends. */
export interface Attribute {
  readonly type: number
  readonly value: Buffer | number | boolean
}

/** What a key says about itself. */
export interface KeySize {
  readonly algorithm?: string
  readonly bitLength?: number
}

/** How objects of one kind and algorithm lie in a token's attributes. */
export interface Layout {
  readonly kind: ObjectKind
  readonly objectClass: number
  /** CKA_KEY_TYPE, of keys only. */
  readonly keyType?: number
  /** The canonical name under which `store` takes such keys. */
  readonly algorithm?: string
  /** The CKA_… that are true for what is stored or made here. */
  readonly usage: readonly number[]
  /** What `size` needs, which no token keeps secret. */
  readonly sizeAttributes: readonly number[]
  /** What `read` needs. */
  readonly valueAttributes: readonly number[]
  /** The attributes that hold a canonical value; throws where the value is none. */
  readonly write: (value: Buffer) => Attribute[]
  readonly size: (values: readonly Buffer[]) => KeySize
  /** The canonical value, from what the token gave for `valueAttributes`. */
  readonly read: (values: readonly Buffer[]) => KeySize & { readonly value: Buffer }
}

/** The number in a CK_ULONG, as the token's byte order has it. */
export function ulong(value: Buffer): number {
  return value.readUIntLE(0, Math.min(value.length, 6))
}

/** The attribute whose value is these bytes. */
export function bytes(type: number, value: Uint8Array): Attribute {
  return { type, value: Buffer.from(value.buffer, value.byteOffset, value.byteLength) }
}

/** Attributes that are all true. */
export function allTrue(types: readonly number[]): Attribute[] {
  return types.map((type) => ({ type, value: true }))
}

/** The value at `index`; what a token left out is an empty buffer. */
export function at(values: readonly Buffer[], index: number): Buffer {
  return values[index] ?? Buffer.alloc(0)
}

/** The layout of an object whose one attribute is its value. */
export function plainValue(fields: Pick<Layout, 'kind' | 'objectClass'>): Layout {
  return {
    ...fields,
    usage: [],
    sizeAttributes: [],
    valueAttributes: [CKA.VALUE],
    write: (value) => [bytes(CKA.VALUE, value)],
    size: () => ({}),
    read: (values) => ({ value: at(values, 0) }),
  }
}
