import type { Context } from './context.ts'
import { type ErrorCode, KeyManagerError } from './errors.ts'

/** The error for an aborted signal: `deadline_exceeded` where its reason is a TimeoutError, else `aborted`. */
export function abortError(operation: string, signal: AbortSignal): KeyManagerError {
  const reason: unknown = signal.reason
  const timedOut = reason instanceof Error && reason.name === 'TimeoutError'
  const code: ErrorCode = timedOut ? 'deadline_exceeded' : 'aborted'
  return new KeyManagerError(code, `${operation}: ${timedOut ? 'the deadline has passed' : 'aborted by the caller'}`)
}

/** Throws {@link abortError} where the signal is aborted already. */
export function throwIfAborted(operation: string, signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(operation, signal)
}

/** The context with a deadline of `timeoutMs` beside its own signal. */
export function withDeadline(context: Context, timeoutMs: number | undefined): Context {
  if (timeoutMs === undefined) return context
  const deadline = AbortSignal.timeout(timeoutMs)
  return { ...context, signal: context.signal ? AbortSignal.any([context.signal, deadline]) : deadline }
}

/** Resolves after `ms` milliseconds; an abort in between rejects with {@link abortError}. */
export function sleep(ms: number, operation: string, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer)
      if (signal) reject(abortError(operation, signal))
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    if (signal?.aborted) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
}
