import { KeyManagerError } from '@chatelaine/core'
import type { Request, Results } from './protocol.ts'

type Submit = (request: Request, reader?: boolean) => Promise<Results[keyof Results]>

/**
 * For SoftHSM (2.6 at least): a process that changes a token takes the token's change counter over from disk without looking
 * at what others have changed until then, and does not see their objects until the next change of another process. So one
 * lane makes all changes, and the others, which make none, see everything: what the first does not find is asked of them.
 */
export async function careful(
  request: Request,
  submit: Submit,
  renewWriter: () => void,
): Promise<Results[keyof Results]> {
  if (await isThereAlready(request, submit)) return true
  try {
    return await submit(request, request.op === 'list')
  } catch (error) {
    if (!KeyManagerError.is(error, 'not_found')) throw error
  }
  if (request.op !== 'delete') return submit(request, true)
  await submit({ op: 'describe', id: request.id }, true)
  renewWriter()
  return submit(request)
}

// Of a chosen id only: another process may have stored it.
async function isThereAlready(request: Request, submit: Submit): Promise<boolean> {
  if (request.op === 'store' && request.chosen) return (await submit({ op: 'check', store: request }, true)) === true
  if (request.op !== 'createKey' || !request.chosen) return false
  try {
    await submit({ op: 'describe', id: request.id }, true)
  } catch (error) {
    if (KeyManagerError.is(error, 'not_found')) return false
    throw error
  }
  throw new KeyManagerError('already_exists', 'createKey: there is another object of this id')
}
