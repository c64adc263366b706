import { KeyManagerError, type ObjectKind, parsePrivateKey, parsePublicKey, SecretBytes } from '@chatelaine/core'
import { decodePem, encodePem } from './pem.ts'

const labels: Readonly<Partial<Record<ObjectKind, string>>> = {
  private: 'PRIVATE KEY',
  public: 'PUBLIC KEY',
  certificate: 'CERTIFICATE',
}

/** The bytes to send, which the caller wipes: PEM for private, public and certificate, as castellan and Barbican's own orders have it. */
export function encodePayload(kind: ObjectKind, value: SecretBytes): Uint8Array<ArrayBuffer> {
  const label = labels[kind]
  return label === undefined ? value.reveal() : value.use((der) => encodePem(label, der))
}

/** The canonical bytes of a stored payload, which is wiped; other tools store DER, PKCS#1 or SEC1 too. */
export function decodePayload(subject: string, kind: ObjectKind, payload: Uint8Array): SecretBytes {
  const label = labels[kind]
  if (label === undefined) return SecretBytes.take(payload)
  try {
    const block = decodePem(payload)
    if (block === undefined) return converted(subject, kind, payload)
    if (block.label === label) return SecretBytes.take(block.bytes)
    block.bytes.fill(0)
    return converted(subject, kind, payload, block.label)
  } finally {
    payload.fill(0)
  }
}

function converted(subject: string, kind: ObjectKind, payload: Uint8Array, label = 'DER'): SecretBytes {
  try {
    if (kind === 'private') return SecretBytes.take(parsePrivateKey(payload).export({ type: 'pkcs8', format: 'der' }))
    if (kind === 'public') return SecretBytes.take(parsePublicKey(payload).export({ type: 'spki', format: 'der' }))
    if (label === 'DER' && payload[0] === 0x30) return SecretBytes.from(payload)
  } catch {
    // Named below, without what OpenSSL says of the bytes.
  }
  const encrypted = label.startsWith('ENCRYPTED') ? 'under a passphrase' : 'in no form that is known'
  throw new KeyManagerError(
    label.startsWith('ENCRYPTED') ? 'unsupported' : 'integrity',
    `${subject}: the payload of this ${kind} secret is ${encrypted}`,
  )
}
