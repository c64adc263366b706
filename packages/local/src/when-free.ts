import { KeyManagerError, sleep } from '@chatelaine/core'
import { turnIsOver } from './event-loop.ts'

/** How long a call may wait for the lock of the database, and on whose behalf. */
export interface Patience {
  readonly operation: string
  readonly timeoutMs: number
  readonly signal?: AbortSignal
}

const longestPauseMs = 25

/**
 * Runs `work` at once where the database is free, and by timer again while another process holds its
 * lock: SQLite's own busy handler would sleep in our thread. `unavailable` after `timeoutMs`; nothing was changed then.
 */
export async function whenFree<Result>(patience: Patience, work: () => Result): Promise<Result> {
  const { operation, timeoutMs, signal } = patience
  const over = turnIsOver()
  if (over) await over
  const deadline = performance.now() + timeoutMs
  for (let pause = 1; ; pause = Math.min(pause * 2, longestPauseMs)) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error)) throw error
    }
    const left = deadline - performance.now()
    if (left <= 0) throw stillBusy(operation, timeoutMs)
    await sleep(Math.min(left, pause * (0.5 + Math.random())), operation, signal)
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_(BUSY|LOCKED)/.test(String(error.code))
}

function stillBusy(operation: string, timeoutMs: number): KeyManagerError {
  const message = `${operation}: another process has held the lock of the database for ${timeoutMs} ms`
  return new KeyManagerError('unavailable', message)
}
