import { KeyManagerError } from '@chatelaine/core'

const fixed: Readonly<Record<string, readonly number[]>> = {
  AES: [128, 192, 256],
  'DES-EDE3': [192],
  EC: [256, 384, 521],
  Ed25519: [256],
}
const ranges: Readonly<Record<string, readonly [least: number, most: number]>> = {
  generic: [8, 65_536],
  RSA: [1_024, 16_384],
}

/** `invalid_argument` for a length that the algorithm has not; a token may refuse more. */
export function checkKeyLength(operation: string, algorithm: string, bitLength: number): void {
  const lengths = fixed[algorithm]
  if (lengths?.includes(bitLength)) return
  const range = ranges[algorithm]
  if (range && bitLength >= range[0] && bitLength <= range[1] && bitLength % 8 === 0) return
  const allowed = lengths?.join(', ') ?? `${range?.join(' to ')}, in steps of 8`
  throw new KeyManagerError(
    'invalid_argument',
    `${operation}: bitLength of ${algorithm} is ${allowed}, not ${bitLength}`,
  )
}
