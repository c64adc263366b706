import { type ErrorCode, KeyManagerError } from '@chatelaine/core'
import type { Failure } from '../protocol.ts'

/** How a lane can go on after an error: with a new session, a new login, or not at all. */
export type Cure = 'session' | 'login' | 'replace' | 'probe'

interface ReturnValue {
  readonly name: string
  readonly code: ErrorCode
  readonly cure?: Cure
}

// PKCS#11 3.1, section 5.1. Arguments are checked before they reach a module, so that a refused template means that this
// token cannot do it, not that the caller was wrong.
const returnValues: Readonly<Record<number, ReturnValue>> = {
  0x002: { name: 'HOST_MEMORY', code: 'unavailable', cure: 'replace' },
  0x003: { name: 'SLOT_ID_INVALID', code: 'unavailable', cure: 'replace' },
  0x005: { name: 'GENERAL_ERROR', code: 'unknown', cure: 'probe' },
  0x006: { name: 'FUNCTION_FAILED', code: 'unknown', cure: 'probe' },
  0x007: { name: 'ARGUMENTS_BAD', code: 'invalid_argument' },
  0x010: { name: 'ATTRIBUTE_READ_ONLY', code: 'unsupported' },
  0x011: { name: 'ATTRIBUTE_SENSITIVE', code: 'not_extractable' },
  0x012: { name: 'ATTRIBUTE_TYPE_INVALID', code: 'unsupported' },
  0x013: { name: 'ATTRIBUTE_VALUE_INVALID', code: 'unsupported' },
  0x01b: { name: 'ACTION_PROHIBITED', code: 'permission_denied' },
  0x020: { name: 'DATA_INVALID', code: 'invalid_argument' },
  0x021: { name: 'DATA_LEN_RANGE', code: 'invalid_argument' },
  0x030: { name: 'DEVICE_ERROR', code: 'unavailable', cure: 'replace' },
  0x031: { name: 'DEVICE_MEMORY', code: 'exhausted' },
  0x032: { name: 'DEVICE_REMOVED', code: 'unavailable', cure: 'replace' },
  0x040: { name: 'ENCRYPTED_DATA_INVALID', code: 'integrity' },
  0x041: { name: 'ENCRYPTED_DATA_LEN_RANGE', code: 'integrity' },
  0x054: { name: 'FUNCTION_NOT_SUPPORTED', code: 'unsupported' },
  0x060: { name: 'KEY_HANDLE_INVALID', code: 'not_found' },
  0x062: { name: 'KEY_SIZE_RANGE', code: 'invalid_argument' },
  0x063: { name: 'KEY_TYPE_INCONSISTENT', code: 'invalid_argument' },
  0x068: { name: 'KEY_FUNCTION_NOT_PERMITTED', code: 'permission_denied' },
  0x069: { name: 'KEY_NOT_WRAPPABLE', code: 'permission_denied' },
  0x06a: { name: 'KEY_UNEXTRACTABLE', code: 'not_extractable' },
  0x070: { name: 'MECHANISM_INVALID', code: 'unsupported' },
  0x071: { name: 'MECHANISM_PARAM_INVALID', code: 'unsupported' },
  0x082: { name: 'OBJECT_HANDLE_INVALID', code: 'not_found' },
  0x090: { name: 'OPERATION_ACTIVE', code: 'unavailable', cure: 'session' },
  0x091: { name: 'OPERATION_NOT_INITIALIZED', code: 'unavailable', cure: 'session' },
  0x0a0: { name: 'PIN_INCORRECT', code: 'unauthenticated' },
  0x0a1: { name: 'PIN_INVALID', code: 'unauthenticated' },
  0x0a2: { name: 'PIN_LEN_RANGE', code: 'unauthenticated' },
  0x0a3: { name: 'PIN_EXPIRED', code: 'unauthenticated' },
  0x0a4: { name: 'PIN_LOCKED', code: 'unauthenticated' },
  0x0b0: { name: 'SESSION_CLOSED', code: 'unavailable', cure: 'session' },
  0x0b1: { name: 'SESSION_COUNT', code: 'exhausted' },
  0x0b3: { name: 'SESSION_HANDLE_INVALID', code: 'unavailable', cure: 'session' },
  0x0b5: { name: 'SESSION_READ_ONLY', code: 'permission_denied' },
  0x0d0: { name: 'TEMPLATE_INCOMPLETE', code: 'unsupported' },
  0x0d1: { name: 'TEMPLATE_INCONSISTENT', code: 'unsupported' },
  0x0e0: { name: 'TOKEN_NOT_PRESENT', code: 'unavailable', cure: 'replace' },
  0x0e1: { name: 'TOKEN_NOT_RECOGNIZED', code: 'unavailable', cure: 'replace' },
  0x0e2: { name: 'TOKEN_WRITE_PROTECTED', code: 'permission_denied' },
  0x0f0: { name: 'UNWRAPPING_KEY_HANDLE_INVALID', code: 'not_found' },
  0x0f1: { name: 'UNWRAPPING_KEY_SIZE_RANGE', code: 'invalid_argument' },
  0x0f2: { name: 'UNWRAPPING_KEY_TYPE_INCONSISTENT', code: 'invalid_argument' },
  0x101: { name: 'USER_NOT_LOGGED_IN', code: 'unauthenticated', cure: 'login' },
  0x102: { name: 'USER_PIN_NOT_INITIALIZED', code: 'unauthenticated' },
  0x110: { name: 'WRAPPED_KEY_INVALID', code: 'integrity' },
  0x112: { name: 'WRAPPED_KEY_LEN_RANGE', code: 'integrity' },
  0x113: { name: 'WRAPPING_KEY_HANDLE_INVALID', code: 'not_found' },
  0x114: { name: 'WRAPPING_KEY_SIZE_RANGE', code: 'invalid_argument' },
  0x115: { name: 'WRAPPING_KEY_TYPE_INCONSISTENT', code: 'invalid_argument' },
  0x130: { name: 'DOMAIN_PARAMS_INVALID', code: 'unsupported' },
  0x140: { name: 'CURVE_NOT_SUPPORTED', code: 'unsupported' },
  0x190: { name: 'CRYPTOKI_NOT_INITIALIZED', code: 'unavailable', cure: 'replace' },
  0x201: { name: 'TOKEN_RESOURCE_EXCEEDED', code: 'exhausted' },
}

/** The CKR_… that lane code asks for by name. */
export const CKR = {
  ATTRIBUTE_SENSITIVE: 0x011,
  ATTRIBUTE_TYPE_INVALID: 0x012,
  ATTRIBUTE_VALUE_INVALID: 0x013,
  KEY_HANDLE_INVALID: 0x060,
  KEY_UNEXTRACTABLE: 0x06a,
  OBJECT_HANDLE_INVALID: 0x082,
  USER_ALREADY_LOGGED_IN: 0x100,
} as const

/** The return value inside an error of the binding, which some of its functions put into the message only. */
export function returnValueOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  const written = /CKR_\w+:(\d+)/.exec(error.message)?.[1]
  if (written !== undefined) return Number(written)
  return 'code' in error && typeof error.code === 'number' && error.code > 0 ? error.code : undefined
}

/** Whether `error` is one of the given return values. */
export function isReturnValue(error: unknown, ...values: readonly number[]): boolean {
  const value = returnValueOf(error)
  return value !== undefined && values.includes(value)
}

/** What may help against `error`; undefined where nothing of the lane is at fault. */
export function cureOf(error: unknown): Cure | undefined {
  const value = returnValueOf(error)
  if (value === undefined) return undefined
  const known = returnValues[value]
  return known ? known.cure : 'probe'
}

/** What the application is told; the text of an unknown error is left out, as it may hold anything. */
export function toFailure(error: unknown): Failure {
  if (KeyManagerError.is(error)) return { code: error.code, message: error.message, retryable: error.retryable }
  const value = returnValueOf(error)
  if (value === undefined) return { code: 'unknown', message: error instanceof Error ? error.name : 'unknown error' }
  const { name, code } = returnValues[value] ?? { name: undefined, code: 'unknown' as const }
  return { code, message: `${name === undefined ? 'return value' : `CKR_${name}`} 0x${value.toString(16)}` }
}
