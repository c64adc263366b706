import { createPrivateKey } from 'node:crypto'

/** Length of the pieces of a value that are searched for: long enough to stand nowhere by chance. */
const pieceLength = 16
const fewestDistinct = 8

/** What would be found, as Latin-1 text, wherever a value of `kind` had been written in one of the usual forms. */
export function needlesOf(kind: string, value: Uint8Array): string[] {
  return pieces(secretPart(kind, value)).flatMap(forms)
}

// Certificates and public keys are no secrets, and what a private key's DER begins with is the same for all.
function secretPart(kind: string, value: Uint8Array): Uint8Array {
  if (kind === 'public' || kind === 'certificate') return new Uint8Array(0)
  return kind === 'private' ? privateNumber(value) : value
}

function privateNumber(value: Uint8Array): Uint8Array {
  try {
    const key = createPrivateKey({ key: Buffer.from(value), format: 'der', type: 'pkcs8' })
    // The DER of an RSA key ends in its coefficient; node gives no JWK of an RSA-PSS key.
    if (key.asymmetricKeyType === 'rsa-pss') return value.subarray(-4 * pieceLength)
    return Buffer.from(key.export({ format: 'jwk' }).d ?? '', 'base64url')
  } catch {
    return new Uint8Array(0)
  }
}

// Two pieces, one at each side of the middle. Bytes that are all the same stand anywhere.
function pieces(secret: Uint8Array): Buffer[] {
  const start = Math.max(0, Math.floor(secret.length / 2) - pieceLength)
  return [start, start + pieceLength]
    .map((at) => Buffer.from(secret.subarray(at, at + pieceLength)))
    .filter((piece) => piece.length === pieceLength && new Set(piece).size >= fewestDistinct)
}

function forms(piece: Buffer): string[] {
  const hex = piece.toString('hex')
  const pairs = hex.match(/../g) ?? []
  const numbers = [...piece]
  return [
    piece.toString('latin1'),
    hex,
    hex.toUpperCase(),
    pairs.join(':'),
    pairs.map((pair) => `\\x${pair}`).join(''),
    numbers.join(','),
    ...base64s(piece),
  ]
}

// Whatever stood before the piece in what was encoded, twelve of its bytes make sixteen whole characters.
function base64s(piece: Buffer): string[] {
  return [0, 1, 2].flatMap((skip) => {
    const encoded = piece.subarray(skip, skip + 12)
    return [encoded.toString('base64'), encoded.toString('base64url')]
  })
}
