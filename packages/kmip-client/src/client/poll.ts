import { KmipError } from '../errors.ts'
import type { Operation } from '../operations/operation.ts'
import { Cancel, Poll } from '../operations/server.ts'
import { type Patience, pause } from '../transport/deadline.ts'
import { Interruption } from '../transport/interruption.ts'
import type { Call, CallItem, ItemResult } from './call.ts'
import { exchange, type Wire } from './exchange.ts'
import type { Pending } from './messages.ts'

const FIRST_MS = 50
const LONGEST_MS = 2000
const CANCEL_MS = 1000

/** Asks for the result of a pending item until it is there. When the patience ends first, the server is asked to cancel. */
export async function pollToEnd(
  wire: Wire,
  call: Call,
  item: CallItem,
  started: Pending,
  patience: Patience,
): Promise<ItemResult> {
  const poll = pollCall(call, item, started)
  try {
    for (let wait = FIRST_MS; ; wait = Math.min(wait * 2, LONGEST_MS)) {
      await pause(wait, patience)
      const [result] = await exchange(wire, poll, patience)
      if (result !== undefined && !('pending' in result)) return result
    }
  } catch (error) {
    await cancel(wire, call, started)
    throw error instanceof Interruption
      ? error.toError(item.operation.name, item.operation.repeatable)
      : unsettled(error, item)
  }
}

// The answer to a Poll has the payload, and with some servers also the operation, of what was waited for.
function pollCall(call: Call, item: CallItem, started: Pending): Call {
  const operation: Operation<unknown, unknown> = {
    ...(Poll as Operation<unknown, unknown>),
    response: item.operation.response,
    aliases: [item.operation.name],
  }
  return {
    ...call,
    items: [{ operation, payload: { asynchronousCorrelationValue: started.correlationValue } }],
    options: {},
  }
}

// A Poll may be repeated, but what it asks after has been started all the same.
function unsettled(error: unknown, item: CallItem): unknown {
  if (item.operation.repeatable || !KmipError.is(error) || error.code === 'refused' || error.code === 'closed')
    return error
  return new KmipError('indeterminate', `${item.operation.name}: pending, and its result was not seen`, {
    cause: error,
  })
}

async function cancel(wire: Wire, call: Call, started: Pending): Promise<void> {
  const payload = { asynchronousCorrelationValue: started.correlationValue }
  const items = [{ operation: Cancel as Operation<unknown, unknown>, payload }]
  const patience = { deadline: performance.now() + CANCEL_MS }
  // Best effort: the caller hears of the interruption either way.
  await exchange(wire, { ...call, items, options: {} }, patience).catch(() => undefined)
}
