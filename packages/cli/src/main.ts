#!/usr/bin/env node
import { constants } from 'node:os'
import './lighter-zod.ts'
import { run } from './program.ts'
import { writeWarning } from './streams.ts'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const longestEndMs = 2_000

const interruption = new AbortController()
let interruptedBy: NodeJS.Signals | undefined

// The first signal ends the call properly; the second, or a call that does not end, is left to the system's own way.
for (const signal of signals) {
  process.once(signal, () => {
    interruptedBy ??= signal
    interruption.abort()
    setTimeout(() => process.kill(process.pid, signal), longestEndMs).unref()
  })
}

// Whoever writes learns that the reader has gone; here it would be a stack trace.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

// Warnings are told as the command tells everything, and not with a process id and advice for programmers.
process.removeAllListeners('warning')
process.on('warning', ({ message }) => {
  writeWarning(process.stderr, message, process.argv.includes('--json')).catch(() => {})
})

const { stdout, stderr } = process
const status = await run(process.argv.slice(2), {
  // Node opens standard input when it is asked for; most commands do not.
  get stdin() {
    return process.stdin
  },
  stdout,
  stderr,
  signal: interruption.signal,
})

// The status is set rather than exit() called: what was written to a pipe still has to get through it.
process.exitCode = status
if (interruptedBy !== undefined && status !== 0) {
  // A shell stops its loop only for a child that the signal itself has ended.
  process.exitCode = 128 + constants.signals[interruptedBy]
  process.kill(process.pid, interruptedBy)
}
