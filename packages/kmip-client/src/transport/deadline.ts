import { Interruption } from './interruption.ts'

/** Until when, and for whom, something is waited for. */
export interface Patience {
  /** Milliseconds of `performance.now()`. */
  readonly deadline: number
  readonly signal?: AbortSignal | undefined
}

/** Throws if there is nothing to wait for any more. */
export function checkPatience(patience: Patience, sent = false): void {
  if (patience.signal?.aborted === true)
    throw new Interruption('aborted', sent, 'aborted', { cause: patience.signal.reason })
  if (performance.now() >= patience.deadline) throw new Interruption('timeout', sent, 'timed out')
}

/** Milliseconds until a deadline, as a timer can take them. */
export function timerDelay(deadline: number): number {
  return Math.min(Math.max(0, Math.ceil(deadline - performance.now())), 2 ** 31 - 1)
}

/** Calls `give` once when the patience ends; the function returned forgets it. */
export function whenImpatient(patience: Patience, give: (kind: 'timeout' | 'aborted') => void): () => void {
  const { signal } = patience
  const abort = () => end('aborted')
  const timer = setTimeout(() => end('timeout'), timerDelay(patience.deadline))
  signal?.addEventListener('abort', abort, { once: true })
  function forget(): void {
    clearTimeout(timer)
    signal?.removeEventListener('abort', abort)
  }
  function end(kind: 'timeout' | 'aborted'): void {
    forget()
    give(kind)
  }
  return forget
}

/** Waits, but no longer than the patience. */
export async function pause(milliseconds: number, patience: Patience): Promise<void> {
  checkPatience(patience, true)
  await new Promise<void>((resolve, reject) => {
    const forget = whenImpatient(patience, (kind) => {
      clearTimeout(timer)
      reject(
        new Interruption(kind, true, kind === 'timeout' ? 'timed out' : 'aborted', { cause: patience.signal?.reason }),
      )
    })
    const timer = setTimeout(() => {
      forget()
      resolve()
    }, milliseconds)
  })
}
