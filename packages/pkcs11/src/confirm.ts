import { KeyManagerError, type ObjectId } from '@chatelaine/core'
import type { Call, CallFields } from './call.ts'
import type { Request, Results } from './protocol.ts'

type Submit = (request: Request, fields: CallFields) => Promise<Results[keyof Results]>

const confirmMs = 10_000

/**
 * Settles a change whose lane was lost in the middle by looking the object up in another lane: what is there was done. What
 * is not there may yet come, from a device that still has the request, and is therefore not repeated but `indeterminate`.
 */
export async function confirm(call: Call, how: string, submit: Submit): Promise<void> {
  const look = (request: Request) => submit(request, { what: call.what, reader: true, timeoutMs: confirmMs })
  const happened = await hasHappened(call.request, look).catch(() => false)
  if (happened) call.succeed(true)
  else call.doubt(`the module was lost: ${how}`)
}

async function hasHappened(request: Request, look: (request: Request) => Promise<unknown>): Promise<boolean> {
  switch (request.op) {
    case 'store':
      // It was not there before: that something is there now is proof enough, even of a key that the token keeps.
      return (await look({ op: 'check', store: { ...request, chosen: false, value: new Uint8Array(0) } })) === true
    case 'delete':
      return !(await exists(request.id, look))
    case 'createKey':
      return exists(request.id, look)
    case 'createKeyPair':
      return (await exists(request.privateId, look)) && (await exists(request.publicId, look))
    default:
      return false
  }
}

async function exists(id: ObjectId, look: (request: Request) => Promise<unknown>): Promise<boolean> {
  try {
    await look({ op: 'describe', id })
    return true
  } catch (error) {
    if (KeyManagerError.is(error, 'not_found')) return false
    throw error
  }
}
