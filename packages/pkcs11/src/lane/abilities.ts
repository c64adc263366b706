import type { TokenAbilities } from '../protocol.ts'
import { CKA, CKF, CKM, CKO } from './constants.ts'
import type { Session } from './session.ts'
import type { Wrapper } from './wrap.ts'
import { hasMechanism } from './wrap-mechanisms.ts'

const keyMechanisms = [
  ['AES', CKM.AES_KEY_GEN],
  ['DES-EDE3', CKM.DES3_KEY_GEN],
  ['generic', CKM.GENERIC_SECRET_KEY_GEN],
] as const

const pairMechanisms = [
  ['RSA', CKM.RSA_PKCS_KEY_PAIR_GEN],
  ['EC', CKM.EC_KEY_PAIR_GEN],
  ['Ed25519', CKM.EC_EDWARDS_KEY_PAIR_GEN],
] as const

/** What the token can do, from its list of mechanisms and, where that says nothing, by trying it with objects of the session. */
export function findAbilities(session: Session, wrapper: Wrapper): TokenAbilities {
  const makes = (mechanism: number, flag: number) => hasMechanism(session, mechanism, flag)
  return {
    data: keepsData(session),
    createKey: keyMechanisms.filter(([, each]) => makes(each, CKF.GENERATE)).map(([name]) => name),
    createKeyPair: pairMechanisms.filter(([, each]) => makes(each, CKF.GENERATE_KEY_PAIR)).map(([name]) => name),
    wrap: wrapper.names(),
    oneWriter: session.slot.getToken().manufacturerID.startsWith('SoftHSM'),
  }
}

function keepsData(session: Session): boolean {
  try {
    const object = session.create([
      { type: CKA.CLASS, value: CKO.DATA },
      { type: CKA.TOKEN, value: false },
      { type: CKA.PRIVATE, value: true },
      { type: CKA.VALUE, value: Buffer.from('chatelaine') },
    ])
    session.destroy(object)
    return true
  } catch {
    return false
  }
}
