import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(16 * 256)
let used = pool.length
let lastMilliseconds = 0
let sequence = 0

/** A UUID of version 7 (RFC 9562, section 5.7); within a process each is greater than the one before. */
export function uuidv7(): string {
  const milliseconds = nextTick()
  const random = nextRandom()
  random.writeUIntBE(milliseconds, 0, 6)
  random.writeUInt16BE(0x7000 | sequence, 6)
  random[8] = 0x80 | ((random[8] ?? 0) & 0x3f)
  const hex = random.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** When a UUID of version 7 was made, to the millisecond; undefined for any other text. */
export function uuidv7Date(id: string): Date | undefined {
  if (!/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)) return undefined
  return new Date(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16))
}

// Section 6.2, method 1: a 12-bit counter in rand_a; a full counter, or a clock set back, borrows from the future.
function nextTick(): number {
  const now = Date.now()
  if (now > lastMilliseconds) {
    lastMilliseconds = now
    sequence = 0
  } else if (sequence < 0xfff) {
    sequence += 1
  } else {
    lastMilliseconds += 1
    sequence = 0
  }
  return lastMilliseconds
}

function nextRandom(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += 16
  return pool.subarray(used - 16, used)
}
