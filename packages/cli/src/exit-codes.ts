import type { ErrorCode } from 'chatelaine'

/** The exit status for each error code; 0 is success, 2 also wrong usage. They are documented in docs/errors.md and never change. */
export const exitCodes: Readonly<Record<ErrorCode, number>> = {
  unknown: 1,
  invalid_argument: 2,
  not_found: 3,
  already_exists: 4,
  unauthenticated: 5,
  permission_denied: 6,
  unsupported: 7,
  not_extractable: 8,
  in_use: 9,
  integrity: 10,
  exhausted: 11,
  unavailable: 12,
  deadline_exceeded: 13,
  indeterminate: 14,
  aborted: 15,
  closed: 16,
}
