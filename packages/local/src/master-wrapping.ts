import { KeyManagerError, SecretBytes } from '@chatelaine/core'
import type { CompactJWEHeaderParameters } from 'jose'
// Not all of jose: each of its files costs a command that starts anew.
import { decodeProtectedHeader } from 'jose/decode/protected_header'
import { compactDecrypt } from 'jose/jwe/compact/decrypt'
import { CompactEncrypt } from 'jose/jwe/compact/encrypt'
import type { MasterKey } from './master-key.ts'

/** What is bound to a wrapped KEK: it can be unwrapped only as this one. */
export interface KekHeader {
  readonly project: string
  readonly kek: string
}

/** The seam at which a device's `wrap` and `unwrap` can take the master key's place. */
export interface KekWrapping {
  wrap(kek: SecretBytes, header: KekHeader): Promise<string>
  /** `integrity` where the text was not wrapped by this master key, or under another header. */
  unwrap(wrapped: string, header: KekHeader): Promise<SecretBytes>
}

const allowed = { keyManagementAlgorithms: ['dir'], contentEncryptionAlgorithms: ['A256GCM'] }

/** Wraps KEKs as compact JWE (RFC 7516): `dir` with A256GCM. A text of an unknown kid makes `reload` run once. */
export class MasterWrapping implements KekWrapping {
  #master: MasterKey
  readonly #reload: () => Promise<MasterKey>

  constructor(master: MasterKey, reload: () => Promise<MasterKey>) {
    this.#master = master
    this.#reload = reload
  }

  wrap(kek: SecretBytes, header: KekHeader): Promise<string> {
    const { key, kid } = this.#master
    const plain = kek.reveal()
    const jwe = new CompactEncrypt(plain).setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid, ...header })
    return jwe.encrypt(key).finally(() => plain.fill(0))
  }

  async unwrap(wrapped: string, header: KekHeader): Promise<SecretBytes> {
    const { kid } = readHeader(wrapped)
    if (kid !== this.#master.kid) this.#master = await this.#reload()
    if (kid !== this.#master.kid) throw damaged('was wrapped by another master key', header)
    const { plaintext, protectedHeader } = await this.#decrypt(wrapped, header)
    if (protectedHeader.project !== header.project || protectedHeader.kek !== header.kek) {
      throw damaged('belongs to another project or has another id', header)
    }
    return SecretBytes.take(plaintext)
  }

  async #decrypt(wrapped: string, header: KekHeader) {
    try {
      return await compactDecrypt(wrapped, this.#master.key, allowed)
    } catch (cause) {
      throw damaged('was not wrapped by this master key, or is damaged', header, cause)
    }
  }
}

function readHeader(wrapped: string): CompactJWEHeaderParameters | Record<string, undefined> {
  try {
    return decodeProtectedHeader(wrapped) as CompactJWEHeaderParameters
  } catch {
    return {}
  }
}

function damaged(what: string, { kek }: KekHeader, cause?: unknown): KeyManagerError {
  return new KeyManagerError('integrity', `the key-encryption key ${JSON.stringify(kek)} ${what}`, { cause })
}
