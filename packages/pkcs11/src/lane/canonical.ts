import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { describeKeyObject, KeyManagerError } from '@chatelaine/core'
import type { StoreRequest } from '../protocol.ts'
import type { Layout } from './layout.ts'
import { layoutFor } from './layouts.ts'

/** The layout of what is to be stored, and its value as that layout reads it; refuses a value that is not what it claims to be. */
export function canonical({ kind, algorithm, value }: StoreRequest): { layout: Layout; value: Buffer } {
  const layout = layoutFor(kind, algorithm)
  if (!layout) throw new KeyManagerError('unsupported', `a ${kind} key of algorithm ${JSON.stringify(algorithm)}`)
  const given = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
  switch (kind) {
    case 'private':
      return { layout, value: checkedKey(layout, () => createPrivateKey({ key: given, format: 'der', type: 'pkcs8' })) }
    case 'public':
      return { layout, value: checkedKey(layout, () => createPublicKey({ key: given, format: 'der', type: 'spki' })) }
    case 'certificate':
      return { layout, value: parsed('an X.509 certificate', () => new X509Certificate(given).raw) }
    default:
      return { layout, value: given }
  }
}

function checkedKey(layout: Layout, parse: () => KeyObject): Buffer {
  const key = parsed(`a ${layout.kind} key in DER`, parse)
  const algorithm = describeKeyObject(key)?.algorithm
  if (algorithm !== layout.algorithm)
    throw invalid(`the key is ${algorithm ?? 'of another algorithm'}, not ${layout.algorithm}`)
  // The DER that OpenSSL writes, so that what is read back is the same whatever form was stored.
  if (key.type === 'private') return key.export({ type: 'pkcs8', format: 'der' })
  return key.export({ type: 'spki', format: 'der' })
}

function parsed<Result>(what: string, parse: () => Result): Result {
  try {
    return parse()
  } catch {
    throw invalid(`the value is not ${what}`)
  }
}

function invalid(message: string): KeyManagerError {
  return new KeyManagerError('invalid_argument', message)
}
