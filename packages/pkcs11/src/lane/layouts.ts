import type { ObjectKind } from '@chatelaine/core'
import { certificateLayout } from './certificate.ts'
import { CKA, CKO } from './constants.ts'
import { ecPrivate, ecPublic } from './ec.ts'
import { ed25519Private, ed25519Public } from './ed25519.ts'
import { bytes, type Layout, plainValue } from './layout.ts'
import { rsaPrivate, rsaPublic } from './rsa.ts'
import { symmetricLayouts } from './symmetric.ts'

/** CKA_APPLICATION of a passphrase, which tells it from other CKO_DATA. */
export const passphraseApplication = Buffer.from('chatelaine passphrase')

const opaqueApplication = Buffer.from('chatelaine')

const passphraseLayout: Layout = {
  ...plainValue({ kind: 'passphrase', objectClass: CKO.DATA }),
  write: (value) => [bytes(CKA.APPLICATION, passphraseApplication), bytes(CKA.VALUE, value)],
}

const opaqueLayout: Layout = {
  ...plainValue({ kind: 'opaque', objectClass: CKO.DATA }),
  write: (value) => [bytes(CKA.APPLICATION, opaqueApplication), bytes(CKA.VALUE, value)],
}

const layouts: readonly Layout[] = [
  ...symmetricLayouts,
  rsaPrivate,
  rsaPublic,
  ecPrivate,
  ecPublic,
  ed25519Private,
  ed25519Public,
  certificateLayout,
  passphraseLayout,
  opaqueLayout,
]

/** How to write an object of `kind` and, of keys, `algorithm`; undefined where PKCS#11 or this backend has no place for it. */
export function layoutFor(kind: ObjectKind, algorithm?: string): Layout | undefined {
  return layouts.find((layout) => layout.kind === kind && layout.algorithm === algorithm)
}

/** How to read an object of `kind` and, of keys, CKA_KEY_TYPE `keyType`. */
export function layoutOf(kind: ObjectKind, keyType?: number): Layout | undefined {
  return layouts.find((layout) => layout.kind === kind && layout.keyType === keyType)
}

/** CKA_CLASS of the objects of a kind. */
export const classOf: Readonly<Record<ObjectKind, number>> = {
  symmetric: CKO.SECRET_KEY,
  public: CKO.PUBLIC_KEY,
  private: CKO.PRIVATE_KEY,
  certificate: CKO.CERTIFICATE,
  passphrase: CKO.DATA,
  opaque: CKO.DATA,
}

/** The kind of an object by its CKA_CLASS; of CKO_DATA by its CKA_APPLICATION too. */
export function kindOf(objectClass: number, application?: Buffer): ObjectKind | undefined {
  switch (objectClass) {
    case CKO.SECRET_KEY:
      return 'symmetric'
    case CKO.PUBLIC_KEY:
      return 'public'
    case CKO.PRIVATE_KEY:
      return 'private'
    case CKO.CERTIFICATE:
      return 'certificate'
    case CKO.DATA:
      return application?.equals(passphraseApplication) ? 'passphrase' : 'opaque'
    default:
      return undefined
  }
}
