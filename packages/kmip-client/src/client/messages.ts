import { KmipError, KmipServerError } from '../errors.ts'
import type { Credential } from '../messages/credential.ts'
import type { RequestMessage, ResponseItem, ResponseMessage } from '../messages/message.ts'
import { versionRank } from '../version.ts'
import type { Call, CallItem, ItemResult } from './call.ts'

/** What goes into the header of every request. */
export interface HeaderValues {
  readonly credentials: readonly Credential[]
  readonly maximumResponseSize: number
}

/** An item that the server will answer later. */
export interface Pending {
  readonly pending: true
  readonly correlationValue: Uint8Array
}

function batchId(index: number): Uint8Array {
  return Uint8Array.of(0, 0, 0, 0, 0, 0, (index + 1) >> 8, (index + 1) & 0xff)
}

/** The message of a call. Items of a batch are numbered, and done in order, since later ones may need what earlier ones made. */
export function toMessage(call: Call, header: HeaderValues): RequestMessage {
  const { items, options } = call
  const rank = versionRank(call.version)
  const many = items.length > 1
  return {
    header: {
      protocolVersion: { major: Math.floor(rank / 10), minor: rank % 10 },
      maximumResponseSize: header.maximumResponseSize,
      asynchronousIndicator: options.asynchronous === true ? 'Mandatory' : undefined,
      authentication: header.credentials.length > 0 ? { credentials: header.credentials } : undefined,
      batchErrorContinuationOption: options.onError,
      batchOrderOption: many ? true : undefined,
      batchCount: items.length,
    },
    items: items.map(({ operation, payload }, index) => ({
      operation: operation.code,
      uniqueBatchItemID: many ? batchId(index) : undefined,
      payload,
    })),
  }
}

/** What the answer says of every item of the call. Throws `malformed` for an answer that is not that of this call. */
export function fromMessage(call: Call, message: ResponseMessage): (ItemResult | Pending)[] {
  const whole = message.items.length === 1 && message.items[0]?.operation === undefined ? message.items[0] : undefined
  if (whole !== undefined && whole.resultStatus !== 'Success' && whole.resultStatus !== 'OperationPending') {
    return call.items.map((item) => failed(item, whole))
  }
  return call.items.map((item, index) => resultOf(item, find(call, message, index)))
}

function find(call: Call, message: ResponseMessage, index: number): ResponseItem | undefined {
  const { items } = message
  if (call.items.length === 1 || items.every((item) => item.uniqueBatchItemID === undefined)) return items[index]
  const id = batchId(index)
  return items.find((item) => item.uniqueBatchItemID !== undefined && Buffer.compare(item.uniqueBatchItemID, id) === 0)
}

function resultOf(item: CallItem, answer: ResponseItem | undefined): ItemResult | Pending {
  const { name, code } = item.operation
  if (answer === undefined) {
    return { ok: false, error: new KmipError('aborted', `${name}: not done, an earlier item of the batch failed`) }
  }
  const named = answer.operation
  if (
    named !== undefined &&
    named !== name &&
    named !== code &&
    item.operation.aliases?.includes(String(named)) !== true
  ) {
    throw new KmipError('malformed', `answer to ${named} where ${name} was asked for`)
  }
  if (answer.resultStatus === 'OperationPending') return pending(name, answer)
  if (answer.resultStatus !== 'Success') return failed(item, answer)
  return { ok: true, value: answer.payload ?? {} }
}

function pending(name: string, answer: ResponseItem): Pending {
  const correlationValue = answer.asynchronousCorrelationValue
  if (correlationValue === undefined) throw new KmipError('malformed', `${name} is pending without a correlation value`)
  return { pending: true, correlationValue }
}

function failed(item: CallItem, answer: ResponseItem): ItemResult {
  const error = new KmipServerError({
    operation: item.operation.name,
    status: answer.resultStatus,
    ...(answer.resultReason !== undefined && { reason: answer.resultReason }),
    ...(answer.resultMessage !== undefined && { serverMessage: answer.resultMessage }),
  })
  return { ok: false, error }
}
