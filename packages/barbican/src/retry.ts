import { passingStatuses } from './response-error.ts'
import type { HttpResponse } from './transport.ts'
import type { TransportError } from './transport-error.ts'

const firstDelayMs = 100
const longestDelayMs = 5_000
const longestRetryAfterMs = 30_000

// Nothing but time mends the others: a wrong certificate or an unknown host.
const passingCodes = new Set([
  '',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** Milliseconds before the next attempt, or undefined where the failure is final. */
export function delayAfterFailure(error: TransportError, attempt: number, repeatable: boolean): number | undefined {
  if (error.failure !== 'connection' || !passingCodes.has(error.code)) return undefined
  if (!repeatable && error.sent) return undefined
  // The server closed a connection that it thought idle: a fresh one needs no rest.
  return error.reused && attempt === 1 ? 0 : backOff(attempt)
}

/** The same for an answer: `Retry-After` counts (RFC 9110, section 10.2.3), unless it asks for more patience than we have. */
export function delayAfterAnswer(response: HttpResponse, attempt: number, repeatable: boolean): number | undefined {
  if (!repeatable || !passingStatuses.has(response.status)) return undefined
  const asked = retryAfter(response.headers['retry-after'])
  if (asked === undefined) return backOff(attempt)
  return asked > longestRetryAfterMs ? undefined : asked
}

/** Doubles with each attempt; half of it is chance, so that many clients do not come back at the same moment. */
export function backOff(attempt: number): number {
  const delay = Math.min(longestDelayMs, firstDelayMs * 2 ** (attempt - 1))
  return delay / 2 + (Math.random() * delay) / 2
}

function retryAfter(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined
  if (/^\d+$/.test(value)) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now())
}
