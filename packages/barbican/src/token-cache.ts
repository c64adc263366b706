import { KeyManagerError } from '@chatelaine/core'
import type { Token } from './keystone.ts'

const mostEntries = 1_000
const restMs = 5_000

interface Entry {
  token?: Token
  pending?: Promise<Token>
  /** Keystone was away: not asked again before. */
  restUntil?: number
}

/** Tokens by credential: one authentication at a time for each, however many ask; the longest unused is forgotten first. */
export class TokenCache {
  readonly #entries = new Map<string, Entry>()

  /** The token for `fingerprint`, by `authenticate` where none is fresh or, unless `renewable`, where there never was one. */
  async get(fingerprint: string, authenticate: () => Promise<Token>, renewable: boolean): Promise<Token> {
    const entry = this.#touch(fingerprint)
    const { token } = entry
    if (token !== undefined && !renewable) return token
    const now = performance.now()
    if (token !== undefined && now < Math.max(token.renewAt, Math.min(entry.restUntil ?? 0, token.expiresAt)))
      return token
    entry.pending ??= this.#renew(entry, authenticate)
    try {
      return await entry.pending
    } catch (error) {
      // While Keystone is away, what it gave out before is still good.
      if (token === undefined || !KeyManagerError.is(error, 'unavailable') || now >= token.expiresAt) throw error
      entry.restUntil = now + restMs
      return token
    }
  }

  /** Forgets `token`, unless another has already taken its place. */
  drop(fingerprint: string, token: Token): void {
    const entry = this.#entries.get(fingerprint)
    if (entry?.token === token) delete entry.token
  }

  async #renew(entry: Entry, authenticate: () => Promise<Token>): Promise<Token> {
    try {
      const token = await authenticate()
      entry.token = token
      return token
    } finally {
      delete entry.pending
    }
  }

  #touch(fingerprint: string): Entry {
    const entry = this.#entries.get(fingerprint) ?? {}
    this.#entries.delete(fingerprint)
    this.#entries.set(fingerprint, entry)
    if (this.#entries.size > mostEntries) this.#entries.delete(this.#entries.keys().next().value ?? '')
    return entry
  }
}
