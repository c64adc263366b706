import type { Decoder, Encoder } from './coder.ts'

/** How values of one kind are read, written, and shown in logs, where nothing secret may be. */
export interface Type<T> {
  /** Reads the item that the decoder has open. */
  read(decoder: Decoder): T
  write(encoder: Encoder, tag: number, value: T): void
  /** The value, or what stands for it, without anything that could be a secret. */
  show(value: T): unknown
}

/** What a type holds. */
export type ValueOf<X> = X extends Type<infer T> ? T : never
