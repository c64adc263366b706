import type { CredentialType } from './context.ts'
import type { ObjectKind } from './kinds.ts'

/** What a driver can do; absent means no, and what is off is `unsupported` before any traffic. */
export interface Capabilities {
  /** The kinds that `store` takes. */
  readonly kinds: readonly ObjectKind[]
  /** The algorithms of `createKey`, by their canonical names. */
  readonly createKey?: readonly string[]
  /** The algorithms of `createKeyPair`, by their canonical names. */
  readonly createKeyPair?: readonly string[]
  /** The mechanisms of `unwrap`; `wrap` uses the first. */
  readonly wrap?: readonly string[]
  /** `extractable: false` is honoured on store and create. */
  readonly nonExtractable?: boolean
  /** `store` and `createKey` take an id. */
  readonly chosenIds?: boolean
  readonly consumers?: boolean
  readonly expiration?: boolean
  readonly health?: boolean
  /** The credentials in a context that the driver has a use for; all others are refused. */
  readonly credentials?: readonly CredentialType[]
  /** In bytes, where the limit is known beforehand. */
  readonly maxValueLength?: number
}
