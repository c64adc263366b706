import { type ErrorCode, KeyManagerError } from '@chatelaine/core'

const codes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'exhausted',
  EDQUOT: 'exhausted',
  EACCES: 'permission_denied',
  EPERM: 'permission_denied',
  EROFS: 'permission_denied',
}

/** The error for a file of the user's own that could not be read or written. */
export function fileError(what: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || KeyManagerError.is(error)) return error
  const code = String(error.code)
  return new KeyManagerError(codes[code] ?? 'invalid_argument', `${what} (${code})`)
}
