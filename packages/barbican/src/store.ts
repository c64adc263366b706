import { abortError, KeyManagerError, type NewObject, type ObjectId } from '@chatelaine/core'
import { encodedLength } from './base64.ts'
import type { Call, Client } from './client.ts'
import { parseObject } from './json.ts'
import { encodePayload } from './payload.ts'
import { about, responseError } from './response-error.ts'
import { checkName, idOf, secretBody } from './secret.ts'
import type { Session } from './session.ts'

type Signal = AbortSignal | undefined

// Of a request Barbican takes 25000 bytes by default: so much base64 fits beside the rest. More follows raw, in a second one.
const longestEncoded = 20_000

/** Stores an object and resolves to its id; `longest` is the server's limit for a payload, in bytes as they are sent. */
export async function storeObject(
  client: Client,
  session: Session,
  object: NewObject,
  longest: number,
  signal: Signal,
): Promise<ObjectId> {
  checkName('store', object.name)
  const payload = encodePayload(object.kind, object.value)
  try {
    if (encodedLength(payload.length) <= Math.min(longest, longestEncoded)) {
      return await create(client, session, secretBody(object, payload), signal)
    }
    return await storeInTwoSteps(client, session, object, payload, signal)
  } finally {
    payload.fill(0)
  }
}

async function create(client: Client, session: Session, body: Uint8Array, signal: Signal): Promise<ObjectId> {
  const call: Call = {
    operation: 'store',
    method: 'POST',
    path: '/secrets',
    repeatable: false,
    changes: true,
    body,
    signal,
  }
  try {
    const answer = parseObject('store', await client.body(session, call))
    return idOf('store', answer.secret_ref)
  } finally {
    body.fill(0)
  }
}

async function storeInTwoSteps(
  client: Client,
  session: Session,
  object: NewObject,
  payload: Uint8Array,
  signal: Signal,
): Promise<ObjectId> {
  const id = await create(client, session, secretBody(object), signal)
  try {
    await putPayload(client, session, id, payload, signal)
    return id
  } catch (error) {
    await removeEmpty(client, session, id)
    throw KeyManagerError.is(error, 'indeterminate') ? undone(error, signal) : error
  }
}

// Safe to repeat, although a second PUT is a 409: nobody else knows this id, so the bytes that are there are ours.
async function putPayload(
  client: Client,
  session: Session,
  id: ObjectId,
  payload: Uint8Array,
  signal: Signal,
): Promise<void> {
  const call: Call = {
    operation: 'store',
    method: 'PUT',
    path: `/secrets/${id}`,
    contentType: 'application/octet-stream',
    repeatable: true,
    changes: true,
    body: payload,
    signal,
  }
  const { response, lost } = await client.send(session, call)
  if (response.status === 204 || (response.status === 409 && lost)) return
  throw responseError(call, response)
}

// Not under the caller's signal, which may be what ended the second step.
async function removeEmpty(client: Client, session: Session, id: ObjectId): Promise<void> {
  const call: Call = {
    operation: 'store',
    id,
    method: 'DELETE',
    path: `/secrets/${id}`,
    repeatable: true,
    changes: true,
  }
  try {
    const { response } = await client.send(session, call)
    if (response.status === 204 || response.status === 404) return
  } catch {
    // Told below.
  }
  const message = `${about(call)}: the payload was not stored, and its empty secret could not be removed`
  throw new KeyManagerError('indeterminate', message)
}

// With the secret removed, the outcome is known after all.
function undone(cause: KeyManagerError, signal: Signal): KeyManagerError {
  if (signal?.aborted) return abortError('store', signal)
  return new KeyManagerError('unavailable', 'store: the payload was not confirmed; nothing is stored', { cause })
}
