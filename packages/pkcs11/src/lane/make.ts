import { KeyManagerError, type ObjectId } from '@chatelaine/core'
import { type ObjectName, parseObjectId } from '../object-name.ts'
import type { CreateKeyPairRequest, CreateKeyRequest, StoreRequest } from '../protocol.ts'
import { canonical } from './canonical.ts'
import { CKA, CKK, CKM } from './constants.ts'
import { ecParams } from './ec.ts'
import { ed25519Params } from './ed25519.ts'
import { CKR, isReturnValue } from './failure.ts'
import { type Found, found, nameAttribute } from './find.ts'
import { type Attribute, allTrue, bytes, type Layout } from './layout.ts'
import { classOf, layoutFor } from './layouts.ts'
import type { Objects } from './objects.ts'
import type { Handle, Mechanism } from './session.ts'

/** Puts objects into the token, and has it make keys. */
export class Maker {
  readonly #objects: Objects
  /** For each class of keys, whether the token gives out what is stored as extractable. */
  readonly #givesOut = new Map<number, boolean>()

  constructor(objects: Objects) {
    this.#objects = objects
  }

  store(request: StoreRequest): true {
    const { layout, value } = canonical(request)
    const attributes = written(layout, value)
    if (request.chosen && this.#isThere(request, value)) return true
    this.#assertGivesOut(layout, request.extractable)
    const template = [...this.#template(layout, request), ...attributes]
    this.#keep(this.#create(template, layout), request.id, layout, request.extractable)
    return true
  }

  // NSS refuses CKA_PRIVATE for certificates, which are no secret.
  #create(template: Attribute[], layout: Layout): Handle {
    try {
      return this.#objects.session.create(template)
    } catch (error) {
      if (layout.kind !== 'certificate' || !isReturnValue(error, CKR.ATTRIBUTE_VALUE_INVALID)) throw error
      return this.#objects.session.create(template.filter(({ type }) => type !== CKA.PRIVATE))
    }
  }

  /** Whether what a store was to bring is there; where the id was chosen and the value is another, that is `already_exists`. */
  isStored(request: StoreRequest): boolean {
    if (!request.chosen) return this.#objects.find(request.id) !== undefined
    return this.#isThere(request, canonical(request).value)
  }

  createKey(request: CreateKeyRequest): true {
    const { id, algorithm, bitLength, extractable } = request
    const layout = knownLayout('symmetric', algorithm)
    if (request.chosen && this.#objects.find(id)) throw alreadyExists()
    this.#assertGivesOut(layout, extractable)
    // DES keys have one length, and no attribute for it.
    const length = layout.keyType === CKK.DES3 ? [] : [{ type: CKA.VALUE_LEN, value: bitLength / 8 }]
    const template = [...this.#template(layout, request), ...length]
    const key = this.#objects.session.generateKey(keyMechanism(algorithm), template)
    this.#keep(key, id, layout, extractable)
    return true
  }

  createKeyPair(request: CreateKeyPairRequest): true {
    const { privateId, publicId, algorithm, extractable, label } = request
    const [publicLayout, privateLayout] = [knownLayout('public', algorithm), knownLayout('private', algorithm)]
    this.#assertGivesOut(privateLayout, extractable)
    const publicTemplate = this.#template(publicLayout, { id: publicId, label, extractable: true })
    const privateTemplate = this.#template(privateLayout, { id: privateId, label, extractable })
    const pair = this.#objects.session.generateKeyPair(
      pairMechanism(algorithm),
      [...publicTemplate, ...pairParameters(request)],
      privateTemplate,
    )
    try {
      this.#keep(pair.privateKey, privateId, privateLayout, extractable)
    } catch (error) {
      this.#objects.session.destroy(pair.publicKey)
      throw error
    }
    this.#keep(pair.publicKey, publicId, publicLayout, true)
    return true
  }

  // A key that stays in the token cannot be compared, and may be another.
  #isThere({ id }: StoreRequest, value: Buffer): boolean {
    const there = this.#objects.find(id)
    if (!there) return false
    if (this.#isReadable(there) && value.equals(this.#objects.get(id).value)) return true
    throw alreadyExists()
  }

  #template(layout: Layout, request: Pick<CreateKeyRequest, 'id' | 'label' | 'extractable'>): Attribute[] {
    const { id, extractable, label = id } = request
    return [
      { type: CKA.CLASS, value: layout.objectClass },
      ...(layout.keyType === undefined ? [] : [{ type: CKA.KEY_TYPE, value: layout.keyType }]),
      ...allTrue([CKA.TOKEN, CKA.PRIVATE]),
      nameAttribute(named(id)),
      bytes(CKA.LABEL, Buffer.from(label)),
      ...(isSecret(layout) ? secrecy(extractable) : []),
      ...allTrue(layout.usage),
    ]
  }

  #keep(handle: Handle, id: ObjectId, layout: Layout, extractable: boolean): void {
    const object = found(handle, named(id), layout)
    if (!object) return
    if (extractable && isSecret(layout) && !this.#givesOut.has(layout.objectClass)) this.#proveGivesOut(object, layout)
    this.#objects.remember(object)
  }

  // Some tokens keep every key, whatever the template says. To have stored what cannot be read again would be to lose it.
  #proveGivesOut(found: Found, layout: Layout): void {
    const givesOut = this.#isReadable(found)
    this.#givesOut.set(layout.objectClass, givesOut)
    if (givesOut) return
    this.#objects.session.destroy(found.handle)
    this.#assertGivesOut(layout, true)
  }

  #isReadable(found: Found): boolean {
    try {
      this.#objects.read(found).value.fill(0)
      return true
    } catch (error) {
      if (KeyManagerError.is(error, 'not_extractable')) return false
      throw error
    }
  }

  #assertGivesOut(layout: Layout, extractable: boolean): void {
    if (!extractable || !isSecret(layout) || this.#givesOut.get(layout.objectClass) !== false) return
    const message = `this token gives no ${layout.kind} key out: say extractable: false, or set export_wrapped`
    throw new KeyManagerError('unsupported', message)
  }
}

function isSecret({ objectClass }: Layout): boolean {
  return objectClass === classOf.symmetric || objectClass === classOf.private
}

function named(id: ObjectId): ObjectName {
  const name = parseObjectId(id)
  if (!name) throw new KeyManagerError('invalid_argument', 'no object can have this id')
  return name
}

function secrecy(extractable: boolean): Attribute[] {
  return [
    { type: CKA.SENSITIVE, value: !extractable },
    { type: CKA.EXTRACTABLE, value: extractable },
  ]
}

function written(layout: Layout, value: Buffer): Attribute[] {
  try {
    return layout.write(value)
  } catch (error) {
    // Of a layout, only a RangeError's text is known to hold no byte of the value.
    const why = error instanceof RangeError ? error.message : 'it cannot be read'
    throw new KeyManagerError('invalid_argument', `the value is no ${layout.algorithm ?? layout.kind}: ${why}`)
  }
}

function knownLayout(kind: 'symmetric' | 'public' | 'private', algorithm: string): Layout {
  const layout = layoutFor(kind, algorithm)
  if (!layout) throw new KeyManagerError('unsupported', `a ${kind} key of algorithm ${JSON.stringify(algorithm)}`)
  return layout
}

function keyMechanism(algorithm: string): Mechanism {
  if (algorithm === 'AES') return { mechanism: CKM.AES_KEY_GEN }
  if (algorithm === 'DES-EDE3') return { mechanism: CKM.DES3_KEY_GEN }
  return { mechanism: CKM.GENERIC_SECRET_KEY_GEN }
}

function pairMechanism(algorithm: string): Mechanism {
  if (algorithm === 'RSA') return { mechanism: CKM.RSA_PKCS_KEY_PAIR_GEN }
  if (algorithm === 'EC') return { mechanism: CKM.EC_KEY_PAIR_GEN }
  return { mechanism: CKM.EC_EDWARDS_KEY_PAIR_GEN }
}

function pairParameters({ algorithm, bitLength }: CreateKeyPairRequest): Attribute[] {
  if (algorithm === 'Ed25519') return [bytes(CKA.EC_PARAMS, ed25519Params)]
  if (algorithm === 'EC') return [bytes(CKA.EC_PARAMS, ecParams(bitLength) ?? Buffer.alloc(0))]
  return [{ type: CKA.MODULUS_BITS, value: bitLength }, bytes(CKA.PUBLIC_EXPONENT, Buffer.from([1, 0, 1]))]
}

function alreadyExists(): KeyManagerError {
  return new KeyManagerError('already_exists', 'there is another object of this id')
}
