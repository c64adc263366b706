import { KeyManagerError } from '@chatelaine/core'

/** A JSON object as it comes from a server: of unknown content. */
export type Json = Readonly<Record<string, unknown>>

/** The JSON object in `body`; what is none is `unknown`, and never quoted, since it may hold a token. */
export function parseObject(operation: string, body: Buffer): Json {
  const parsed = tryParse(body)
  if (isObject(parsed)) return parsed
  throw notUnderstood(operation)
}

/** As {@link parseObject}, with undefined for what is none. */
export function tryParseObject(body: Buffer): Json | undefined {
  const parsed = tryParse(body)
  return isObject(parsed) ? parsed : undefined
}

/** The objects in the list of that name; an absent one is empty. */
export function objectsIn(json: Json, name: string): readonly Json[] {
  const list = json[name]
  return Array.isArray(list) ? list.filter(isObject) : []
}

/** The object of that name. */
export function objectIn(json: Json | undefined, name: string): Json | undefined {
  const value = json?.[name]
  return isObject(value) ? value : undefined
}

/** The text of that name, if it is one and not empty. */
export function textIn(json: Json | undefined, name: string): string | undefined {
  const value = json?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The error for a 2xx answer without what it must hold. */
export function notUnderstood(operation: string): KeyManagerError {
  return new KeyManagerError('unknown', `${operation}: the server's answer is not understood`)
}

function tryParse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
