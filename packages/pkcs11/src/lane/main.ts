import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import { type Answer, changesToken, type FromLane, type Request, type ToLane } from '../protocol.ts'
import { cureOf } from './failure.ts'
import { openingFailure, Server } from './serve.ts'

// A lane: the process that holds a module. It does what it is asked and dies with the process that asked.

// Half of what a lane may have at once: while the application reads one half, the lane does the other.
const flushAfterMs = 2
const answersPerMessage = 8

let server: Server | undefined
let answers: Answer[] = []
let flushed = performance.now()

// Ends this process when the application is gone, even while a call into the module hangs here.
const watch = new Worker(new URL(`./watch${extname(import.meta.url)}`, import.meta.url), {
  execArgv: process.execArgv.filter((option) => option.startsWith('--conditions')),
  env: {},
})
watch.unref()

process.on('message', (message: ToLane) => {
  switch (message.type) {
    case 'start':
      start(message)
      break
    case 'calls':
      for (const [call, request] of message.calls) work(call, request, call === message.begun)
      flush()
      break
    default:
      end()
  }
})
process.on('disconnect', end)

function start({ settings, probe }: Extract<ToLane, { type: 'start' }>): void {
  try {
    server = new Server(settings)
    send({ type: 'ready', ...(probe && { abilities: server.abilities() }) })
  } catch (error) {
    const failure = openingFailure(error)
    const missing = cureOf(error) !== undefined && !failure.wrongPin
    send({ type: 'refused', failure: missing ? { ...failure, code: 'unavailable', retryable: true } : failure })
  }
}

function work(call: number, request: Request, begun: boolean): void {
  if (!begun && changesToken(request)) flush(call)
  const outcome = server?.answer(request) ?? { failure: { code: 'unavailable', message: 'the lane has no token' } }
  answers.push({ call, ...outcome })
  wipe(request)
  if (answers.length >= answersPerMessage || performance.now() - flushed > flushAfterMs) flush()
}

function flush(begun?: number): void {
  flushed = performance.now()
  if (answers.length === 0 && begun === undefined) return
  send({ type: 'answers', answers, ...(begun !== undefined && { begun }) })
  for (const { result } of answers) wipe(result)
  answers = []
}

function send(message: FromLane): void {
  process.send?.(message)
}

// The bytes are out, or in the token: what is left here are copies.
function wipe(holder: unknown): void {
  if (holder instanceof Uint8Array) holder.fill(0)
  else if (typeof holder === 'object' && holder !== null && 'value' in holder) wipe(holder.value)
  else if (typeof holder === 'object' && holder !== null && 'bytes' in holder) wipe(holder.bytes)
}

function end(): void {
  try {
    server?.end()
  } finally {
    process.exit()
  }
}
