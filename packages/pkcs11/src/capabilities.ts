import type { Capabilities, ObjectKind } from '@chatelaine/core'
import type { TokenAbilities } from './protocol.ts'

const keyKinds: readonly ObjectKind[] = ['symmetric', 'public', 'private', 'certificate']
const dataKinds: readonly ObjectKind[] = ['passphrase', 'opaque']

/** What the token can do, in the words of the interface; PKCS#11 has no place for consumers or an exact expiration. */
export function capabilitiesOf(
  { data, createKey, createKeyPair, wrap }: TokenAbilities,
  readOnly: boolean,
): Capabilities {
  const reading = { ...(wrap.length > 0 && { wrap }), health: true }
  if (readOnly) return { kinds: [], ...reading }
  return {
    kinds: data ? [...keyKinds, ...dataKinds] : keyKinds,
    ...(createKey.length > 0 && { createKey }),
    ...(createKeyPair.length > 0 && { createKeyPair }),
    nonExtractable: true,
    chosenIds: true,
    ...reading,
  }
}
