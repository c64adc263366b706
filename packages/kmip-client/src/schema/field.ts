import { KmipError } from '../errors.ts'
import { type TagName, tagName, tagNumber } from '../names/tags.ts'
import { type Version, versionRank } from '../version.ts'
import type { Decoder, Encoder } from './coder.ts'
import type { Type } from './type.ts'

/** Whether the property of a field may be absent. */
export type Presence = 'required' | 'optional'

/** The versions that know a field. Reading takes it in any; writing it in another is `unsupported`. */
export interface Range {
  readonly since?: Version
  readonly until?: Version
}

/** One row of a field table. Most rows are one tag; a few have another wire form per version. */
export interface Field<T, P extends Presence = Presence> {
  readonly presence: P
  readonly tags: readonly number[]
  /** The property's new value after the open item; `previous` is what earlier items made of it. Undefined: not of this field. */
  read(decoder: Decoder, previous: T | undefined, record: object): T | undefined
  write(encoder: Encoder, value: T, record: object): void
  show(value: T): unknown
  /** The value of a required field that did not come. */
  readonly absent?: T
}

/** Whether a version is within a range. */
export function inRange(rank: number, range: Range): boolean {
  return (
    (range.since === undefined || rank >= versionRank(range.since)) &&
    (range.until === undefined || rank <= versionRank(range.until))
  )
}

/** Refuses to write what the version does not have. */
export function checkRange(encoder: Encoder, tag: number, range: Range): void {
  if (inRange(encoder.rank, range)) return
  throw new KmipError('unsupported', `kmip ${encoder.version} has no ${tagName(tag)} here`)
}

function single<T, P extends Presence>(
  presence: P,
  name: TagName,
  type: Type<T>,
  range: Range | undefined,
): Field<T, P> {
  const tag = tagNumber(name)
  return {
    presence,
    tags: [tag],
    read: (decoder, previous) => (previous === undefined ? type.read(decoder) : undefined),
    write(encoder, value) {
      if (range !== undefined) checkRange(encoder, tag, range)
      type.write(encoder, tag, value)
    },
    show: (value) => type.show(value),
  }
}

/** A field that is always there. */
export function required<T>(name: TagName, type: Type<T>, range?: Range): Field<T, 'required'> {
  return single('required', name, type, range)
}

/** A field that may be absent. */
export function optional<T>(name: TagName, type: Type<T>, range?: Range): Field<T, 'optional'> {
  return single('optional', name, type, range)
}

function several<T, P extends Presence>(
  presence: P,
  name: TagName,
  type: Type<T>,
  range?: Range,
): Field<readonly T[], P> {
  const tag = tagNumber(name)
  return {
    presence,
    tags: [tag],
    absent: [],
    read(decoder, previous: T[] | undefined) {
      const value = type.read(decoder)
      if (previous === undefined) return [value]
      previous.push(value)
      return previous
    },
    write(encoder, values) {
      if (range !== undefined && values.length > 0) checkRange(encoder, tag, range)
      for (const value of values) type.write(encoder, tag, value)
    },
    show: (values) => values.map((value) => type.show(value)),
  }
}

/** A field that may come any number of times; the property is absent when it does not come. */
export function repeated<T>(name: TagName, type: Type<T>, range?: Range): Field<readonly T[], 'optional'> {
  return several('optional', name, type, range)
}

/** A field that may come any number of times; the property is an empty array when it does not come. */
export function list<T>(name: TagName, type: Type<T>, range?: Range): Field<readonly T[], 'required'> {
  return several('required', name, type, range)
}
