import type { Call, ItemResult, Middleware } from './call.ts'

/** What is logged of one request: names, identifiers and numbers, never what could be a key, a secret or a credential. */
export interface LogEntry {
  readonly operations: readonly string[]
  readonly version: string
  readonly requests: readonly unknown[]
  /** One per item: `ok` with the answer, or the reason of the refusal. */
  readonly results: readonly unknown[]
  readonly milliseconds: number
  /** The code of the error, where there was no answer. */
  readonly error?: string
}

/** Middleware that reports every request. Field tables say what may be shown; what they do not know is not shown. */
export function logging(write: (entry: LogEntry) => void): Middleware {
  return async (call, next) => {
    const start = performance.now()
    const about = {
      operations: call.items.map((item) => item.operation.name),
      version: call.version,
      requests: call.items.map((item) => item.operation.request.show(item.payload)),
    }
    try {
      const results = await next(call)
      write({
        ...about,
        results: results.map((result, index) => shown(call, result, index)),
        milliseconds: performance.now() - start,
      })
      return results
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
      write({ ...about, results: [], milliseconds: performance.now() - start, error: code })
      throw error
    }
  }
}

function shown(call: Call, result: ItemResult, index: number): unknown {
  if (!result.ok) return { refused: 'reason' in result.error ? result.error.reason : result.error.code }
  return { ok: call.items[index]?.operation.response.show(result.value) }
}
