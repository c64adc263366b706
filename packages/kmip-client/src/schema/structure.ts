import { KmipError } from '../errors.ts'
import { tagName } from '../names/tags.ts'
import { type Item, readItem, writeItem } from '../ttlv/item.ts'
import type { Decoder, Encoder } from './coder.ts'
import type { Field } from './field.ts'
import type { Type } from './type.ts'

/** The rows of a field table by property, in the order of the wire. */
export type Fields = Readonly<Record<string, Field<unknown>>>

type Optional<F extends Fields> = { [K in keyof F]: F[K]['presence'] extends 'optional' ? K : never }[keyof F]
type Value<X> = X extends Field<infer T> ? T : never
type Flat<T> = { [K in keyof T]: T[K] } & {}

/** The object that a field table describes. */
export type Infer<F extends Fields> = Flat<
  { readonly [K in Exclude<keyof F, Optional<F>>]: Value<F[K]> } & {
    readonly [K in Optional<F>]?: Value<F[K]> | undefined
  }
>

const UNKNOWN = Symbol('unknown items')
const NONE: readonly Item[] = []

type Holder = Record<string, unknown> & { [UNKNOWN]?: Item[] }

/** Items of a decoded structure that its table does not know: of vendors, or of later versions. They are written again at its end. */
export function unknownItems(value: object): readonly Item[] {
  return (value as Holder)[UNKNOWN] ?? NONE
}

/** Keeps the open item with the object that it came in. */
export function keepUnknown(decoder: Decoder, record: object): void {
  const holder = record as Holder
  holder[UNKNOWN] ??= []
  holder[UNKNOWN].push(readItem(decoder))
}

/** A structure with these fields. Fields of a message may come in any order; they are written in that of the table. */
export function structure<F extends Fields>(fields: F): Type<Infer<F>> & { readonly fields: F } {
  const entries = Object.entries(fields)
  const byTag = new Map(entries.flatMap(([name, field]) => field.tags.map((tag) => [tag, { name, field }] as const)))
  const wanted = entries.flatMap(([name, field]) => (field.presence === 'required' ? [{ name, field }] : []))

  const names = entries.map(([name]) => name)
  const rows = entries.map(([, field]) => field)

  function read(decoder: Decoder): Infer<F> {
    const record: Record<string, unknown> = {}
    let offset = decoder.start
    const end = decoder.enter()
    while (offset < end) {
      decoder.open(offset, end)
      offset = decoder.next
      const entry = byTag.get(decoder.tag)
      const value = entry?.field.read(decoder, record[entry.name], record)
      if (entry === undefined || value === undefined) keepUnknown(decoder, record)
      else record[entry.name] = value
    }
    decoder.leave()
    for (const { name, field } of wanted) if (record[name] === undefined) record[name] = required(name, field)
    return record as Infer<F>
  }

  function write(encoder: Encoder, tag: number, value: Infer<F>): void {
    const start = encoder.begin(tag)
    const record = value as Record<string, unknown>
    for (let index = 0; index < rows.length; index++) {
      const name = names[index] ?? ''
      const field = rows[index]
      const property = record[name]
      if (property !== undefined) field?.write(encoder, property, record)
      else if (field?.presence === 'required' && field.absent === undefined) {
        throw new KmipError('invalid', `cannot encode ${tagName(tag)}: ${name} is missing`)
      }
    }
    for (const item of unknownItems(record)) writeItem(encoder, item)
    encoder.end(start)
  }

  function show(value: Infer<F>): unknown {
    const record = value as Record<string, unknown>
    const shown = entries.filter(([name]) => record[name] !== undefined)
    return Object.fromEntries(shown.map(([name, field]) => [name, field.show(record[name])]))
  }

  return { fields, read, write, show }
}

function required(name: string, field: Field<unknown>): unknown {
  if (field.absent !== undefined) return []
  throw new KmipError('malformed', `malformed kmip message: ${name} is missing`)
}

/** The empty structure. */
export const nothing = structure({})
