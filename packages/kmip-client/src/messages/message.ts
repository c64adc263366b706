import { KmipError } from '../errors.ts'
import { type EnumerationValue, OperationCode, ResultReason, ResultStatus } from '../names/enumerations.ts'
import { tagNumber } from '../names/tags.ts'
import { Decoder, type Direction, Encoder, type FindPayload } from '../schema/coder.ts'
import { type Field, list, optional, required } from '../schema/field.ts'
import { structure } from '../schema/structure.ts'
import type { Type, ValueOf } from '../schema/type.ts'
import { anything, boolean, bytes, enumeration, text } from '../schema/types.ts'
import type { Limits } from '../ttlv/limits.ts'
import type { Version } from '../version.ts'
import { RequestHeader, ResponseHeader } from './header.ts'

const operation = enumeration(OperationCode)

type WithOperation = { operation?: EnumerationValue<typeof OperationCode> }

/** The payload, by the tables of the operation that the item names; of an operation without tables it is a plain item. */
function payload(direction: Direction): Field<unknown, 'optional'> {
  const tag = tagNumber(direction === 'request' ? 'RequestPayload' : 'ResponsePayload')
  return {
    presence: 'optional',
    tags: [tag],
    read(decoder, previous, record: WithOperation) {
      if (previous !== undefined) return undefined
      return typeFor(decoder.findPayload, record.operation ?? decoder.expected, direction).read(decoder)
    },
    write(encoder, value, record: WithOperation) {
      typeFor(encoder.findPayload, record.operation, direction).write(encoder, tag, value)
    },
    show: () => '[payload]',
  }
}

function typeFor(find: FindPayload, name: string | number | undefined, direction: Direction): Type<unknown> {
  const found = name === undefined ? undefined : find(name)
  return found?.[direction] ?? anything
}

const RequestItem = structure({
  operation: required('Operation', operation),
  ephemeral: optional('Ephemeral', boolean, { since: '2.0' }),
  uniqueBatchItemID: optional('UniqueBatchItemID', bytes),
  payload: payload('request'),
  messageExtension: optional('MessageExtension', anything),
})
export type RequestItem = ValueOf<typeof RequestItem>

const ResponseItem = structure({
  operation: optional('Operation', operation),
  uniqueBatchItemID: optional('UniqueBatchItemID', bytes),
  resultStatus: required('ResultStatus', enumeration(ResultStatus)),
  resultReason: optional('ResultReason', enumeration(ResultReason)),
  resultMessage: optional('ResultMessage', text),
  asynchronousCorrelationValue: optional('AsynchronousCorrelationValue', bytes),
  payload: payload('response'),
  messageExtension: optional('MessageExtension', anything),
})
export type ResponseItem = ValueOf<typeof ResponseItem>

const RequestMessage = structure({
  header: required('RequestHeader', RequestHeader),
  items: list('BatchItem', RequestItem),
})
/** A request as an object: KMIP 2.1 §8.1. */
export type RequestMessage = ValueOf<typeof RequestMessage>

const ResponseMessage = structure({
  header: required('ResponseHeader', ResponseHeader),
  items: list('BatchItem', ResponseItem),
})
/** An answer as an object: KMIP 2.1 §8.2. */
export type ResponseMessage = ValueOf<typeof ResponseMessage>

/** What a decoder of messages needs to know. */
export interface DecodeOptions {
  readonly limits?: Limits | undefined
  readonly findPayload: FindPayload
  /** The operation that was asked for, for answers that do not repeat it. */
  readonly expected?: string | number | undefined
}

function encode<T>(
  type: Type<T>,
  direction: Direction,
  message: T,
  version: Version,
  findPayload: FindPayload,
): Uint8Array {
  const encoder = new Encoder(version, direction, findPayload)
  type.write(encoder, tagNumber(direction === 'request' ? 'RequestMessage' : 'ResponseMessage'), message)
  return encoder.finish()
}

function decode<T>(type: Type<T>, direction: Direction, bytes: Uint8Array, options: DecodeOptions): T {
  const decoder = new Decoder(bytes, direction, options)
  decoder.open(0, bytes.length)
  if (decoder.next !== bytes.length) throw new KmipError('malformed', 'malformed ttlv: bytes behind the message')
  const tag = tagNumber(direction === 'request' ? 'RequestMessage' : 'ResponseMessage')
  if (decoder.tag !== tag) throw decoder.unexpected(`a ${direction} message`)
  return type.read(decoder)
}

/** The bytes of a request; they hold what the payloads hold, and belong to the caller. Throws `invalid` or `unsupported`. */
export function encodeRequest(message: RequestMessage, version: Version, findPayload: FindPayload): Uint8Array {
  return encode(RequestMessage, 'request', message, version, findPayload)
}

/** The bytes of an answer, for servers and tests. */
export function encodeResponse(message: ResponseMessage, version: Version, findPayload: FindPayload): Uint8Array {
  return encode(ResponseMessage, 'response', message, version, findPayload)
}

/** A request from its bytes, for servers and tests. Throws `malformed` or `too_large`. */
export function decodeRequest(bytes: Uint8Array, options: DecodeOptions): RequestMessage {
  return decode(RequestMessage, 'request', bytes, options)
}

/** An answer from its bytes, which stay the caller's to wipe. Throws `malformed` or `too_large`. */
export function decodeResponse(bytes: Uint8Array, options: DecodeOptions): ResponseMessage {
  return decode(ResponseMessage, 'response', bytes, options)
}
