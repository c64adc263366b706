import type { KmipError } from '../errors.ts'
import type { BatchErrorContinuationOption, EnumerationValue } from '../names/enumerations.ts'
import type { Operation } from '../operations/operation.ts'
import type { Version } from '../version.ts'

/** How one request is made. */
export interface RequestOptions {
  /** Gives up; what was sent and may have changed something is `indeterminate` then. */
  readonly signal?: AbortSignal | undefined
  /** Milliseconds until it is given up; the client's `timeoutMs` by default. */
  readonly timeoutMs?: number | undefined
  /** Allows the server to answer later; the client polls until it does. */
  readonly asynchronous?: boolean | undefined
}

/** How a batch is made. */
export interface BatchOptions extends RequestOptions {
  /** What the server does after an item has failed; the standard's default is `Stop`. */
  readonly onError?: EnumerationValue<typeof BatchErrorContinuationOption> | undefined
}

/** One operation to be done. */
export interface CallItem {
  readonly operation: Operation<unknown, unknown>
  readonly payload: unknown
}

/** One request message, as middleware sees it. */
export interface Call {
  readonly items: readonly CallItem[]
  readonly version: Version
  readonly options: BatchOptions
}

/** What became of one item. */
export type ItemResult<T = unknown> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: KmipError }

/** Sends a call on its way. Throws where there is no answer; a server's refusal is a result. */
export type Next = (call: Call) => Promise<readonly ItemResult[]>

/** Stands between the caller and the connection: may look, measure, change the call, or try it again. */
export type Middleware = (call: Call, next: Next) => Promise<readonly ItemResult[]>
