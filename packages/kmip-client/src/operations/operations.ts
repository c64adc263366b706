import {
  AddAttribute,
  DeleteAttribute,
  GetAttributeList,
  GetAttributes,
  ModifyAttribute,
  SetAttribute,
} from './attributes.ts'
import { Create, CreateKeyPair, DeriveKey, ReKey, ReKeyKeyPair } from './create.ts'
import { Decrypt, Encrypt, Hash, MAC, MACVerify, RNGRetrieve, Sign, SignatureVerify } from './cryptography.ts'
import { Activate, Destroy, Revoke } from './lifecycle.ts'
import { Check, Export, Get, Import, Locate, Register } from './objects.ts'
import type { Operation, RequestOf, ResponseOf } from './operation.ts'
import { Cancel, DiscoverVersions, Poll, Query } from './server.ts'

/** The operations with field tables. To add one: a table in this folder and a line here. */
export const operations = {
  Activate,
  AddAttribute,
  Cancel,
  Check,
  Create,
  CreateKeyPair,
  Decrypt,
  DeleteAttribute,
  DeriveKey,
  Destroy,
  DiscoverVersions,
  Encrypt,
  Export,
  Get,
  GetAttributeList,
  GetAttributes,
  Hash,
  Import,
  Locate,
  MAC,
  MACVerify,
  ModifyAttribute,
  Poll,
  Query,
  ReKey,
  ReKeyKeyPair,
  Register,
  Revoke,
  RNGRetrieve,
  SetAttribute,
  Sign,
  SignatureVerify,
} as const

type Table = typeof operations

/** An operation that this package has tables for. */
export type OperationName = keyof Table

/** The payload that a named operation takes. */
export type RequestPayload<O extends OperationName> = RequestOf<Table[O]>
/** The payload that a named operation answers. */
export type ResponsePayload<O extends OperationName> = ResponseOf<Table[O]>

const known = Object.values(operations) as readonly Operation<unknown, unknown>[]
const byNameOrCode = new Map<string | number, Operation<unknown, unknown>>(
  known.flatMap((operation) => [[operation.name, operation] as const, [operation.code, operation] as const]),
)

/** Finds the tables of the standard's operations. */
export function findOperation(name: string | number): Operation<unknown, unknown> | undefined {
  return byNameOrCode.get(name)
}

/** The lookup of the standard's operations and of some more. */
export function findAmong(
  more: readonly Operation<unknown, unknown>[],
): (name: string | number) => Operation<unknown, unknown> | undefined {
  if (more.length === 0) return findOperation
  return (name) => more.find((one) => one.name === name || one.code === name) ?? findOperation(name)
}
