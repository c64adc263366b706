import { type Names, OperationCode } from '../names/enumerations.ts'
import type { PayloadTypes } from '../schema/coder.ts'
import type { Range } from '../schema/field.ts'
import type { Type } from '../schema/type.ts'

/** One operation: its number, and the tables of its payloads. */
export interface Operation<Request, Response> extends PayloadTypes, Range {
  readonly name: string
  readonly code: number
  readonly request: Type<Request>
  readonly response: Type<Response>
  /** Whether doing it twice is as good as once, so that a lost answer may be asked for again. */
  readonly repeatable: boolean
  /** Other operations that an answer may name instead. */
  readonly aliases?: readonly string[]
}

/** What an operation takes. */
export type RequestOf<O> = O extends { request: Type<infer T> } ? T : never
/** What an operation answers. */
export type ResponseOf<O> = O extends { response: Type<infer T> } ? T : never

interface Definition<Request, Response> extends Range {
  readonly request: Type<Request>
  readonly response: Type<Response>
  readonly repeatable?: boolean
  /** Needed where the standard does not know the name. */
  readonly code?: number
}

/** Makes an operation of its two tables. An operation of a vendor needs its `code`, 0x80000000 or above. */
export function defineOperation<Request, Response>(
  name: string,
  definition: Definition<Request, Response>,
): Operation<Request, Response> {
  const code = definition.code ?? (OperationCode as Names)[name] ?? 0
  return { repeatable: false, ...definition, name, code }
}
