import type { Context, KeyManager, ObjectId, ObjectKind } from '@chatelaine/core'

/** What the suite needs to know about a backend that runs: a plain object, its functions closures. */
export interface Harness {
  /** On whose behalf the suite works: may do everything. */
  readonly context: Context
  /** Another project, as its own users would come. */
  readonly stranger: Context
  /** A new KeyManager on the same store; the suite closes it. */
  readonly open: () => Promise<KeyManager>
  /** An id that `store` may be asked to use; by default a UUID of version 7. */
  readonly chosenId?: (kind: ObjectKind) => ObjectId
  /** How many objects the list case stores: more than two pages where the backend pages; 250 by default. */
  readonly pagedObjects?: number
  /** Stops and removes what the harness started. */
  readonly close: () => Promise<void>
}

/** Starts a backend with an empty store. */
export type MakeHarness = () => Promise<Harness>

/** What a case is given: one KeyManager, shared by all cases of a run. */
export interface Bench extends Harness {
  readonly keys: KeyManager
}

/** One rule that every backend keeps; its name reads as that rule. */
export interface ConformanceCase {
  readonly name: string
  run(bench: Bench): Promise<void>
}
