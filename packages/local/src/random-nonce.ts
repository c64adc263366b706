import { randomFillSync } from 'node:crypto'

const length = 12
const pool = new Uint8Array(length * 256)
let used = pool.length

/** 96 random bits from the system's generator, drawn in batches: a nonce costs a copy instead of a call. */
export function randomNonce(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += length
  return pool.slice(used - length, used)
}
