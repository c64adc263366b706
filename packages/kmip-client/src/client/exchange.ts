import { KmipError } from '../errors.ts'
import type { Credential } from '../messages/credential.ts'
import { decodeResponse, encodeRequest } from '../messages/message.ts'
import type { Operation } from '../operations/operation.ts'
import type { FindPayload } from '../schema/coder.ts'
import type { Patience } from '../transport/deadline.ts'
import { Interruption } from '../transport/interruption.ts'
import type { Pool } from '../transport/pool.ts'
import type { Limits } from '../ttlv/limits.ts'
import type { Call, ItemResult } from './call.ts'
import { fromMessage, type Pending, toMessage } from './messages.ts'

const ATTEMPTS = 3

/** What an exchange needs of its client. */
export interface Wire {
  readonly pool: Pool
  readonly limits: Limits
  readonly credentials: () => Promise<readonly Credential[]> | readonly Credential[]
  readonly findPayload: (name: string | number) => Operation<unknown, unknown> | undefined
}

/** Sends a call and reads its answer. What never reached the server, or may be done twice, is tried again on another connection. */
export async function exchange(wire: Wire, call: Call, patience: Patience): Promise<(ItemResult | Pending)[]> {
  const found = wire.credentials()
  const credentials = found instanceof Promise ? await found : found
  const header = { credentials, maximumResponseSize: wire.limits.bytes }
  const request = encodeRequest(toMessage(call, header), call.version, finder(wire, call))
  try {
    return await attempt(wire, call, request, patience)
  } finally {
    request.fill(0)
  }
}

async function attempt(
  wire: Wire,
  call: Call,
  request: Uint8Array,
  patience: Patience,
): Promise<(ItemResult | Pending)[]> {
  const repeatable = call.items.every((item) => item.operation.repeatable)
  for (let count = 1; ; count++) {
    try {
      return await wire.pool.exchange(request, (answer) => readAnswer(wire, call, answer), patience)
    } catch (error) {
      if (!(error instanceof Interruption)) throw error
      const again = error.kind === 'broken' && (repeatable || !error.sent)
      if (!again || count === ATTEMPTS) throw error.toError(nameOf(call), repeatable)
    }
  }
}

function readAnswer(wire: Wire, call: Call, answer: Uint8Array): (ItemResult | Pending)[] {
  const expected = call.items[0]?.operation.code
  return fromMessage(call, decodeResponse(answer, { limits: wire.limits, findPayload: finder(wire, call), expected }))
}

// The call's own operations come first: they may be nobody else's.
function finder(wire: Wire, call: Call): FindPayload {
  return (name) =>
    call.items.find(({ operation }) => operation.name === name || operation.code === name)?.operation ??
    wire.findPayload(name)
}

/** The operations of a call, for messages. */
export function nameOf(call: Call): string {
  return [...new Set(call.items.map((item) => item.operation.name))].join(', ')
}

/** Refuses operations that the version does not have. */
export function checkVersion(call: Call, knows: (operation: Operation<unknown, unknown>) => boolean): void {
  const missing = call.items.find((item) => !knows(item.operation))
  if (missing !== undefined) throw new KmipError('unsupported', `kmip ${call.version} has no ${missing.operation.name}`)
}
