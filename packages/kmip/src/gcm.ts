import { randomBytes } from 'node:crypto'
import { KeyManagerError, type ObjectId, SecretBytes } from '@chatelaine/core'
import {
  type AttributeSet,
  type Client,
  type CryptographicParameters,
  item,
  KmipServerError,
  type ValueOf,
} from 'kmip-client-ts'

/** The mechanism's name: a 96-bit IV, the ciphertext, and a 128-bit tag, in this order. */
export const gcm = 'AES-GCM'

const ivLength = 12
const tagLength = 16

const cryptographicParameters: ValueOf<typeof CryptographicParameters> = {
  blockCipherMode: 'GCM',
  cryptographicAlgorithm: 'AES',
  tagLength,
}

/** Encrypts on the device; a key that was never used is activated first. */
export async function sealGcm(
  client: Client,
  id: ObjectId,
  key: AttributeSet,
  bytes: SecretBytes,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  await activate(client, id, key, signal)
  const data = bytes.reveal()
  const iv = randomBytes(ivLength)
  try {
    const request = { uniqueIdentifier: id, cryptographicParameters, data, ivCounterNonce: iv }
    const answer = await client.request('Encrypt', request, { signal })
    const { data: sealed, authenticatedEncryptionTag: tag } = answer
    if (sealed?.length !== data.length || tag?.length !== tagLength) {
      throw new KeyManagerError(
        'unsupported',
        `wrap ${JSON.stringify(id)}: the device answers AES-GCM without a tag of 16 bytes`,
      )
    }
    return Uint8Array.from(Buffer.concat([iv, sealed, tag]))
  } finally {
    data.fill(0)
  }
}

/** Decrypts on the device. What was changed, or sealed under another key, is `integrity`. */
export async function openGcm(
  client: Client,
  id: ObjectId,
  key: AttributeSet,
  wrapped: Uint8Array,
  signal?: AbortSignal,
): Promise<SecretBytes> {
  if (wrapped.length <= ivLength + tagLength) throw damaged(id)
  await activate(client, id, key, signal)
  const request = {
    uniqueIdentifier: id,
    cryptographicParameters,
    data: wrapped.subarray(ivLength, -tagLength),
    ivCounterNonce: wrapped.subarray(0, ivLength),
    authenticatedEncryptionTag: wrapped.subarray(-tagLength),
  }
  try {
    const { data } = await client.request('Decrypt', request, { signal })
    if (data?.length !== request.data.length) throw damaged(id)
    return SecretBytes.take(data)
  } catch (error) {
    throw isDamage(error) ? damaged(id, error) : error
  }
}

function damaged(id: ObjectId, cause?: unknown): KeyManagerError {
  return new KeyManagerError(
    'integrity',
    `unwrap ${JSON.stringify(id)}: the bytes were not wrapped with this key, or were changed`,
    { cause },
  )
}

// PyKMIP lets its library's InvalidTag through, which becomes a general failure; the state, the mask and the id have other reasons.
function isDamage(error: unknown): boolean {
  return KmipServerError.refusal(error, 'CryptographicFailure') || KmipServerError.refusal(error, 'GeneralFailure')
}

async function activate(
  client: Client,
  id: ObjectId,
  { state }: AttributeSet,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (state !== 'PreActive') return
  const [result] = await client.batch([item('Activate', { uniqueIdentifier: id })], { signal })
  // Somebody else may have been first; if not, the operation that follows is refused.
  if (!result.ok && !KmipServerError.refusal(result.error)) throw result.error
}
