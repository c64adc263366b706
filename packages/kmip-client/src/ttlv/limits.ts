/** What a decoder accepts, so that a message costs bounded time and memory. */
export interface Limits {
  /** Structures within structures. */
  readonly depth: number
  /** Items of all kinds in one message. */
  readonly items: number
  /** Bytes of one message. */
  readonly bytes: number
}

/** 32 levels, one million items, 16 MiB. */
export const DEFAULT_LIMITS: Limits = { depth: 32, items: 1_000_000, bytes: 16 * 1024 * 1024 }
