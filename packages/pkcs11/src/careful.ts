import { KeyManagerError, type ObjectId } from '@chatelaine/core'
import { changesToken, type Request, type Results } from './protocol.ts'

type Submit = (request: Request, reader?: boolean) => Promise<Results[keyof Results]>

const mostUnseen = 20_000

/**
 * For SoftHSM (2.6 at least): a process that changes a token takes the token's change counter over from disk without looking
 * at what others have changed until then, and does not see their objects until the next change of another process. So one
 * lane makes all changes, and the others, which make none, see everything: what the first does not find is asked of them.
 */
export class Careful {
  readonly #renewWriter: () => void
  /** What the first lane has searched the token for in vain, at a cost that grows with the token, and another has found. */
  readonly #unseen = new Set<ObjectId>()

  constructor(renewWriter: () => void) {
    this.#renewWriter = renewWriter
  }

  async call(request: Request, submit: Submit): Promise<Results[keyof Results]> {
    if (await isThereAlready(request, submit)) return true
    try {
      return await submit(request, request.op === 'list' || this.#isUnseen(request))
    } catch (error) {
      if (!KeyManagerError.is(error, 'not_found')) throw error
    }
    if (request.op === 'delete') return this.#delete(request.id, submit)
    const result = await submit(request, true)
    if (this.#unseen.size >= mostUnseen) this.#unseen.clear()
    if ('id' in request) this.#unseen.add(request.id)
    return result
  }

  #isUnseen(request: Request): boolean {
    return 'id' in request && !changesToken(request) && this.#unseen.has(request.id)
  }

  async #delete(id: ObjectId, submit: Submit): Promise<Results[keyof Results]> {
    await submit({ op: 'describe', id }, true)
    this.#renewWriter()
    this.#unseen.clear()
    return submit({ op: 'delete', id })
  }
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
