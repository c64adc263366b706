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

/** The exit status after the reader of a pipe has gone, as a shell reports SIGPIPE. */
export const closedPipe = 141

/** What each code means, for the manual page; docs/errors.md says the same. */
export const meanings: Readonly<Record<ErrorCode, string>> = {
  unknown: 'none of the others; the cause says more',
  invalid_argument: 'a call, an option or the usage of a command is wrong, and the message says what',
  not_found: 'no such object for this context: never stored, deleted, expired, or of another project',
  already_exists: 'a chosen id is taken by another object; a file is there already',
  unauthenticated: 'the backend does not accept the credentials',
  permission_denied: 'the backend knows who calls, and refuses',
  unsupported: 'the backend cannot do this; nothing was sent',
  not_extractable: 'the value may not leave the backend; describe works',
  in_use: 'consumers are registered, or the device holds the object active; see force',
  integrity: 'what is stored is not what was written, or the key that opens it is another',
  exhausted: 'a quota or the disk is full',
  unavailable: 'the backend cannot be reached or is busy; try again',
  deadline_exceeded: 'the time limit passed before anything was changed',
  indeterminate: 'the request was sent, and its outcome is not known: look before you repeat',
  aborted: "the caller's signal ended it; nothing was changed",
  closed: 'the key manager, or the SecretBytes, is closed',
}
