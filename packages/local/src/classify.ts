import type { Classification, ErrorCode } from '@chatelaine/core'

// SQLite's result codes (sqlite.org/rescode.html) by their primary names, and the system errors of the files around it.
const codes: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [/^SQLITE_(BUSY|LOCKED)/, 'unavailable', 'the database is locked by another process'],
  [/^SQLITE_FULL|^ENOSPC$|^EDQUOT$/, 'exhausted', 'the disk is full'],
  [/^SQLITE_(CORRUPT|NOTADB)/, 'integrity', 'the database is damaged, or no database'],
  [/^SQLITE_(READONLY|PERM|AUTH)|^EACCES$|^EPERM$|^EROFS$/, 'permission_denied', 'a file cannot be written or read'],
  [/^SQLITE_(CANTOPEN|IOERR)|^EIO$|^EMFILE$|^ENFILE$/, 'unavailable', 'a file cannot be opened, read or written'],
  [/^ENOENT$|^ENOTDIR$|^EISDIR$/, 'invalid_argument', 'there is no such file or folder'],
]

/** SQLite's and the system's error codes as ours; the messages are our own, for theirs may quote data. */
export function classify(error: unknown): Classification {
  if (error instanceof TypeError && error.message === 'The database connection is not open') {
    return { code: 'closed', retryable: false, message: 'the key manager was closed meanwhile' }
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const known = codes.find(([pattern]) => pattern.test(code))
  if (known === undefined) return { code: 'unknown', retryable: false, message: `failed (${code || 'no code'})` }
  const [, ours, message] = known
  return { code: ours, retryable: ours === 'unavailable', message: `${message} (${code})` }
}
