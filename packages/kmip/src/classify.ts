import type { Classification, ErrorCode } from '@chatelaine/core'
import { KmipError, type KmipErrorCode, type KmipServerError } from 'kmip-client-ts'

// KMIP's result reasons as our codes. What is not named here is `unknown`.
const reasons: Readonly<Record<string, ErrorCode>> = {
  ItemNotFound: 'not_found',
  ObjectNotFound: 'not_found',
  ObjectDestroyed: 'not_found',
  ObjectAlreadyExists: 'already_exists',
  NonUniqueNameAttribute: 'already_exists',
  InvalidMessage: 'invalid_argument',
  MissingData: 'invalid_argument',
  InvalidField: 'invalid_argument',
  InvalidAttribute: 'invalid_argument',
  InvalidAttributeValue: 'invalid_argument',
  InvalidDataType: 'invalid_argument',
  InvalidObjectType: 'invalid_argument',
  IllegalObjectType: 'invalid_argument',
  IndexOutOfBounds: 'invalid_argument',
  NumericRange: 'invalid_argument',
  BadCryptographicParameters: 'invalid_argument',
  AuthenticationNotSuccessful: 'unauthenticated',
  BadPassword: 'unauthenticated',
  InvalidTicket: 'unauthenticated',
  AttestationRequired: 'unauthenticated',
  AttestationFailed: 'unauthenticated',
  PermissionDenied: 'permission_denied',
  NotAuthorized: 'permission_denied',
  IncompatibleCryptographicUsageMask: 'permission_denied',
  ReadOnlyAttribute: 'permission_denied',
  AttributeReadOnly: 'permission_denied',
  ConstraintViolation: 'permission_denied',
  OperationNotSupported: 'unsupported',
  FeatureNotSupported: 'unsupported',
  ApplicationNamespaceNotSupported: 'unsupported',
  KeyFormatTypeNotSupported: 'unsupported',
  KeyCompressionTypeNotSupported: 'unsupported',
  KeyWrapTypeNotSupported: 'unsupported',
  UnsupportedAttribute: 'unsupported',
  UnsupportedCryptographicParameters: 'unsupported',
  UnsupportedProtocolVersion: 'unsupported',
  Sensitive: 'not_extractable',
  NotExtractable: 'not_extractable',
  KeyValueNotPresent: 'not_extractable',
  IllegalOperation: 'in_use',
  WrongKeyLifecycleState: 'in_use',
  ResponseTooLarge: 'exhausted',
  ServerLimitExceeded: 'exhausted',
  UsageLimitExceeded: 'exhausted',
  ProtectionStorageUnavailable: 'exhausted',
}

const clientCodes: Readonly<Record<KmipErrorCode, ErrorCode>> = {
  malformed: 'unknown',
  invalid: 'invalid_argument',
  refused: 'unknown',
  unavailable: 'unavailable',
  indeterminate: 'indeterminate',
  timeout: 'deadline_exceeded',
  aborted: 'aborted',
  too_large: 'exhausted',
  closed: 'closed',
  unsupported: 'unsupported',
}

/** What a device or the client says, as our codes. The device's own words stay out: devices quote what they were sent. */
export function classify(error: unknown): Classification {
  if (!KmipError.is(error)) return { code: 'unknown', retryable: false }
  if (error.code === 'refused') return refusal(error as KmipServerError)
  const late = error.code === 'aborted' && error.cause instanceof Error && error.cause.name === 'TimeoutError'
  const code = late ? 'deadline_exceeded' : clientCodes[error.code]
  return { code, retryable: code === 'unavailable', message: error.message }
}

function refusal(error: KmipServerError): Classification {
  const code = reasons[String(error.reason)] ?? 'unknown'
  return { code, retryable: false, message: `the device refuses it: ${error.reason ?? error.status}` }
}
