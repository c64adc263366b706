export {
  type BatchOptions,
  type Call,
  type CallItem,
  type ItemResult,
  type Middleware,
  type Next,
  type RequestOptions,
} from './client/call.ts'
export {
  type AnswerOf,
  type BatchItem,
  Client,
  type ClientOptions,
  item,
  type OperationLike,
  openClient,
  type PayloadOf,
} from './client/client.ts'
export { type LogEntry, logging } from './client/logging.ts'
export { KmipError, type KmipErrorCode, KmipServerError, type Refusal } from './errors.ts'
export {
  type AttributeReference,
  attributeReferences,
  attributes,
  inlineAttributes,
  oneAttribute,
  optionalAttributes,
} from './messages/attribute-fields.ts'
export type { AttributeName, AttributeSet } from './messages/attribute-table.ts'
export type { Credential } from './messages/credential.ts'
export { CryptographicParameters } from './messages/cryptography.ts'
export { type Identifier, identifier } from './messages/identifier.ts'
export {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type RequestItem,
  type RequestMessage,
  type ResponseItem,
  type ResponseMessage,
} from './messages/message.ts'
export { KeyBlock, KeyWrappingSpecification, managedObject, TransparentKey } from './messages/objects.ts'
export * as enumerations from './names/enumerations.ts'
export { CryptographicUsageMask, ProtectionStorageMask, StorageStatusMask } from './names/masks.ts'
export { findTag, type TagName, tagName, tagNumber } from './names/tags.ts'
export { defineOperation, type Operation } from './operations/operation.ts'
export {
  findOperation,
  type OperationName,
  operations,
  type RequestPayload,
  type ResponsePayload,
} from './operations/operations.ts'
export { type Field, list, optional, type Range, repeated, required } from './schema/field.ts'
export { type Infer, structure, unknownItems } from './schema/structure.ts'
export type { Type, ValueOf } from './schema/type.ts'
export {
  anything,
  bigInteger,
  boolean,
  bytes,
  bytesOr,
  dateTime,
  dateTimeExtended,
  enumeration,
  integer,
  interval,
  label,
  longInteger,
  text,
} from './schema/types.ts'
export type { PoolOptions } from './transport/pool.ts'
export type { TlsOptions } from './transport/tls.ts'
export { decodeItem, encodeItem, type Item } from './ttlv/item.ts'
export type { Limits } from './ttlv/limits.ts'
export { type Version, versions } from './version.ts'
export { fromXml } from './xml/from-xml.ts'
export { toXml } from './xml/to-xml.ts'
