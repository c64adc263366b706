import { Cursor } from '../ttlv/cursor.ts'
import type { Limits } from '../ttlv/limits.ts'
import { Writer } from '../ttlv/writer.ts'
import { type Version, versionRank } from '../version.ts'
import type { Type } from './type.ts'

/** What the tables of one operation look like to a message: both are structures. */
export interface PayloadTypes {
  readonly request: Type<unknown>
  readonly response: Type<unknown>
}

/** Finds the tables of an operation by its name or number. */
export type FindPayload = (operation: string | number) => PayloadTypes | undefined

/** Which half of the protocol a message belongs to. */
export type Direction = 'request' | 'response'

/** A writer that knows for which version it writes. */
export class Encoder extends Writer {
  readonly rank: number
  readonly direction: Direction
  readonly version: Version
  readonly findPayload: FindPayload

  constructor(version: Version, direction: Direction, findPayload: FindPayload = () => undefined) {
    super()
    this.version = version
    this.rank = versionRank(version)
    this.direction = direction
    this.findPayload = findPayload
  }
}

/** A cursor that knows which half of the protocol it reads. The version does not matter to it: the wire says what is there. */
export class Decoder extends Cursor {
  readonly direction: Direction
  readonly findPayload: FindPayload
  /** The operation of a batch item that does not say it (an answer to Poll, or to what could not be parsed). */
  readonly expected: string | number | undefined

  constructor(
    bytes: Uint8Array,
    direction: Direction,
    options: { limits?: Limits | undefined; findPayload?: FindPayload; expected?: string | number | undefined } = {},
  ) {
    super(bytes, options.limits)
    this.direction = direction
    this.findPayload = options.findPayload ?? (() => undefined)
    this.expected = options.expected
  }
}
