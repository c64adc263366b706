import type { ErrorCode, ObjectId, ObjectKind } from '@chatelaine/core'

// What the application's process and a lane, its child, say to each other.

/** Which token: one of the three. */
export interface TokenSelector {
  readonly serialNumber?: string
  readonly labels?: readonly string[]
  readonly slotId?: number
}

/** What a lane needs to reach its token. */
export interface LaneSettings {
  readonly libraryPath: string
  readonly initializeArgs?: string
  readonly selector: TokenSelector
  readonly pin?: Uint8Array
  readonly readOnly: boolean
  readonly finalTry: boolean
  readonly exportWrapped: boolean
}

/** What the first lane finds out about the token; KeyManager's capabilities come from it. */
export interface TokenAbilities {
  readonly data: boolean
  readonly createKey: readonly string[]
  readonly createKeyPair: readonly string[]
  readonly wrap: readonly string[]
  /** The module loses sight of what others change whenever it changes something itself: see careful.ts. */
  readonly oneWriter: boolean
}

/** An object without its value; times in milliseconds. */
export interface LaneInfo {
  readonly id: ObjectId
  readonly kind: ObjectKind
  readonly name?: string
  readonly algorithm?: string
  readonly bitLength?: number
  readonly extractable?: boolean
  readonly created?: number
}

/** What to make, and under which name. */
interface MakeFields {
  readonly label?: string
  readonly extractable: boolean
}

/** `chosen`: the caller has chosen the id, so that it may be there already. */
export interface StoreRequest extends MakeFields {
  readonly op: 'store'
  readonly id: ObjectId
  readonly kind: ObjectKind
  readonly algorithm?: string
  readonly value: Uint8Array
  readonly chosen: boolean
}

export interface CreateKeyRequest extends MakeFields {
  readonly op: 'createKey'
  readonly id: ObjectId
  readonly algorithm: string
  readonly bitLength: number
  readonly chosen: boolean
}

export interface CreateKeyPairRequest extends MakeFields {
  readonly op: 'createKeyPair'
  readonly privateId: ObjectId
  readonly publicId: ObjectId
  readonly algorithm: string
  readonly bitLength: number
}

export interface ListRequest {
  readonly op: 'list'
  readonly kind?: ObjectKind
  readonly name?: string
  readonly algorithm?: string
  readonly after?: ObjectId
  readonly size: number
  /** Of the page before; a lane that does not know it begins anew after `after`. */
  readonly cursor?: number
}

export interface WrapRequest {
  readonly op: 'wrap' | 'unwrap'
  readonly id: ObjectId
  readonly mechanism: string
  readonly bytes: Uint8Array
}

/** What a lane is asked to do; `check` looks whether a store of unknown outcome has happened. */
export type Request =
  | { readonly op: 'get' | 'describe' | 'delete'; readonly id: ObjectId }
  | StoreRequest
  | { readonly op: 'check'; readonly store: StoreRequest }
  | CreateKeyRequest
  | CreateKeyPairRequest
  | ListRequest
  | WrapRequest
  | { readonly op: 'health' }

/** What each request is answered with. */
export interface Results {
  readonly get: LaneInfo & { readonly value: Uint8Array }
  readonly describe: LaneInfo
  readonly delete: true
  readonly store: true
  readonly check: boolean
  readonly createKey: true
  readonly createKeyPair: true
  readonly list: { readonly infos: readonly LaneInfo[]; readonly cursor?: number }
  readonly wrap: Uint8Array
  readonly unwrap: Uint8Array
  readonly health: true
}

/** Why a lane could not; the message holds no value and does not name the operation. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly retryable?: boolean
  /** The module or its device no longer serves this process: the lane must be replaced. */
  readonly broken?: boolean
  /** The token has refused the PIN: it must not be tried again. */
  readonly wrongPin?: boolean
}

export interface Answer {
  readonly call: number
  readonly result?: Results[keyof Results]
  readonly failure?: Failure
}

export type ToLane =
  | { readonly type: 'start'; readonly settings: LaneSettings; readonly probe: boolean }
  /** `begun`: the call that the lane, which has nothing else to do, begins at once, and need not announce. */
  | {
      readonly type: 'calls'
      readonly calls: readonly (readonly [call: number, request: Request])[]
      readonly begun?: number
    }
  | { readonly type: 'end' }

export type FromLane =
  | { readonly type: 'ready'; readonly abilities?: TokenAbilities }
  | { readonly type: 'refused'; readonly failure: Failure }
  /** `begun`: the call that is being done now and that changes something. */
  | { readonly type: 'answers'; readonly answers: readonly Answer[]; readonly begun?: number }

/** Whether a request may change what the token holds, so that its outcome matters when a lane is lost. */
export function changesToken(request: Request): boolean {
  return request.op === 'store' || request.op === 'delete' || request.op.startsWith('create')
}
