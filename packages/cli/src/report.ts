import { KeyManagerError } from '@chatelaine/core'
import { type Command, CommanderError } from 'commander'
import { pathOf } from './command-tree.ts'
import { closedPipe, exitCodes } from './exit-codes.ts'
import { fileError } from './files.ts'
import { type Failure, hintFor } from './hints.ts'
import { type Streams, writeAll, writeJson } from './streams.ts'
import { usageMessage } from './usage.ts'

/** How an error is to be told. */
export interface Telling {
  readonly json: boolean
  /** The command that has failed, as far as one was found. */
  readonly command?: Command
}

/** Writes an error, with a hint where there is one, and resolves to the exit status. */
export async function report(error: unknown, { json, command }: Telling, { stderr }: Streams): Promise<number> {
  if (isWriteError(error) && error.code === 'EPIPE') return closedPipe
  const ours = isWriteError(error) ? fileError('standard output cannot be written', error) : error
  const failure = toFailure(ours, command)
  const { code, message, retryable } = failure
  const hint = hintFor(failure)
  if (json) await writeJson(stderr, { error: { code, message, retryable, hint } }).catch(() => {})
  else {
    const lines = [`chatelaine: ${message} (${code})`, ...(hint === undefined ? [] : [`hint: ${hint}`])]
    await writeAll(stderr, `${lines.join('\n')}\n`).catch(() => {})
  }
  return exitCodes[code] ?? exitCodes.unknown
}

function toFailure(error: unknown, command: Command | undefined): Failure {
  const about = { command: command === undefined ? '' : pathOf(command), options: command?.opts() ?? {} }
  if (error instanceof CommanderError) {
    const message = error.code === 'commander.help' ? 'there is no such command, or none is given' : usageMessage(error)
    return { ...about, code: 'invalid_argument', message, retryable: false, usage: true }
  }
  if (!KeyManagerError.is(error)) {
    const message = `unexpected ${error instanceof Error ? error.name : 'error'}`
    return { ...about, code: 'unknown', message, retryable: false, usage: false }
  }
  const { code, message, retryable } = error
  return { ...about, code, message, retryable, usage: false }
}

function isWriteError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && error.syscall === 'write'
}
