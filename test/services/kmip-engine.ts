import { createCipheriv, createDecipheriv, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { AttributeSet, OperationName, RequestPayload, ResponseItem, ResponsePayload } from 'kmip-client-ts'

/** What an operation answers, or why it is refused. */
export type Outcome = { readonly payload: object } | { readonly reason: NonNullable<ResponseItem['resultReason']> }

type Body = Omit<ResponsePayload<'Get'>, 'uniqueIdentifier'>

interface Stored {
  readonly body: Body
  readonly attributes: Record<string, unknown> & AttributeSet
}

const refuse = (reason: NonNullable<ResponseItem['resultReason']>): Outcome => ({ reason })

/** Enough of a KMIP server to keep objects: for what PyKMIP cannot show. It tells no version from another. */
export class KmipEngine {
  readonly #objects = new Map<string, Stored>()
  #last = 0
  #placeholder: string | undefined

  /** Forgets what an earlier message made; a message starts with it. */
  begin(): void {
    this.#placeholder = undefined
  }

  /** Does one operation. */
  perform(operation: OperationName, payload: unknown): Outcome {
    switch (operation) {
      case 'Query':
        return { payload: { operations: ['Query', 'Get'] } }
      case 'Register':
        return this.#register(payload as RequestPayload<'Register'>)
      case 'Create':
        return this.#create(payload as RequestPayload<'Create'>)
      case 'CreateKeyPair':
        return this.#createKeyPair(payload as RequestPayload<'CreateKeyPair'>)
      case 'Locate':
        return this.#locate(payload as RequestPayload<'Locate'>)
      default:
        return this.#onObject(operation, payload as { uniqueIdentifier?: string })
    }
  }

  #add(body: Body, attributes: AttributeSet): string {
    const id = `object-${String(++this.#last).padStart(6, '0')}`
    const state = body.objectType === 'OpaqueObject' ? {} : { state: 'PreActive' as const }
    const own = { uniqueIdentifier: id, objectType: body.objectType, initialDate: new Date(), ...state }
    this.#objects.set(id, { body, attributes: { ...attributes, ...own } })
    this.#placeholder = id
    return id
  }

  #register({ attributes, objectType, ...rest }: RequestPayload<'Register'>): Outcome {
    const block = (rest.symmetricKey ?? rest.privateKey ?? rest.publicKey)?.keyBlock
    const known = block && {
      cryptographicAlgorithm: block.cryptographicAlgorithm,
      cryptographicLength: block.cryptographicLength,
    }
    return { payload: { uniqueIdentifier: this.#add({ objectType, ...rest }, { ...known, ...attributes }) } }
  }

  #create({ objectType, attributes }: RequestPayload<'Create'>): Outcome {
    const { cryptographicAlgorithm, cryptographicLength = 0 } = attributes
    const keyMaterial = new Uint8Array(randomBytes(cryptographicLength / 8))
    const keyBlock = {
      keyFormatType: 'Raw' as const,
      keyValue: { keyMaterial },
      cryptographicAlgorithm,
      cryptographicLength,
    }
    return {
      payload: { objectType, uniqueIdentifier: this.#add({ objectType, symmetricKey: { keyBlock } }, attributes) },
    }
  }

  // RSA comes out as PKCS#1 and EC as its numbers: the defaults of the standard.
  #createKeyPair(request: RequestPayload<'CreateKeyPair'>): Outcome {
    const common = request.commonAttributes ?? {}
    const { cryptographicLength = 0 } = common
    const made =
      common.cryptographicAlgorithm === 'RSA' ? rsaBlocks(cryptographicLength) : ecBlocks(cryptographicLength)
    const publicId = this.#add(
      { objectType: 'PublicKey', publicKey: made.publicKey },
      { ...common, ...request.publicKeyAttributes },
    )
    const privateId = this.#add(
      { objectType: 'PrivateKey', privateKey: made.privateKey },
      { ...common, ...request.privateKeyAttributes },
    )
    return { payload: { privateKeyUniqueIdentifier: privateId, publicKeyUniqueIdentifier: publicId } }
  }

  #locate({
    attributes = {},
    maximumItems = Number.POSITIVE_INFINITY,
    offsetItems = 0,
  }: RequestPayload<'Locate'>): Outcome {
    const wanted = Object.entries(attributes)
    const found = [...this.#objects].filter(([, stored]) =>
      wanted.every(([name, value]) => holds(stored.attributes[name], value)),
    )
    return { payload: { uniqueIdentifiers: found.map(([id]) => id).slice(offsetItems, offsetItems + maximumItems) } }
  }

  #onObject(operation: OperationName, payload: { uniqueIdentifier?: string }): Outcome {
    const id = payload.uniqueIdentifier ?? this.#placeholder ?? ''
    const stored = this.#objects.get(id)
    if (stored === undefined) return refuse('ItemNotFound')
    const answer = { uniqueIdentifier: id }
    switch (operation) {
      case 'Get':
        return { payload: { ...answer, ...stored.body } }
      case 'GetAttributes':
        return {
          payload: { ...answer, attributes: some(stored.attributes, payload) },
        }
      case 'Activate':
        return this.#moveTo(id, stored, 'Active')
      case 'Revoke':
        return this.#moveTo(id, stored, 'Deactivated')
      case 'Destroy':
        if (stored.attributes.state === 'Active') return refuse('PermissionDenied')
        this.#objects.delete(id)
        return { payload: answer }
      case 'Encrypt':
        return encrypt(answer, stored, payload)
      case 'Decrypt':
        return decrypt(answer, stored, payload)
      default:
        return refuse('OperationNotSupported')
    }
  }

  #moveTo(id: string, stored: Stored, state: 'Active' | 'Deactivated'): Outcome {
    this.#objects.set(id, { ...stored, attributes: { ...stored.attributes, state } })
    return { payload: { uniqueIdentifier: id } }
  }
}

function holds(actual: unknown, wanted: unknown): boolean {
  if (!Array.isArray(wanted)) return JSON.stringify(actual) === JSON.stringify(wanted)
  const instances = (Array.isArray(actual) ? actual : []).map((each) => JSON.stringify(each))
  return wanted.every((each) => instances.includes(JSON.stringify(each)))
}

function some(attributes: AttributeSet, { attributeNames }: RequestPayload<'GetAttributes'>): AttributeSet {
  if (attributeNames === undefined) return attributes
  return Object.fromEntries(
    Object.entries(attributes).filter(([name]) => attributeNames.some((wanted) => wanted === name)),
  )
}

function plain(bytes: Buffer): Uint8Array {
  return Uint8Array.from(bytes)
}

function rsaBlocks(modulusLength: number) {
  const pair = generateKeyPairSync('rsa', { modulusLength })
  const block = (keyMaterial: Uint8Array) => ({
    keyBlock: {
      keyFormatType: 'PKCS_1' as const,
      keyValue: { keyMaterial },
      cryptographicAlgorithm: 'RSA' as const,
      cryptographicLength: modulusLength,
    },
  })
  const der = { type: 'pkcs1', format: 'der' } as const
  return { privateKey: block(plain(pair.privateKey.export(der))), publicKey: block(plain(pair.publicKey.export(der))) }
}

const curves = { 256: 'P_256', 384: 'P_384', 521: 'P_521' } as const

function ecBlocks(length: number) {
  const recommendedCurve = curves[length as keyof typeof curves]
  const pair = generateKeyPairSync('ec', { namedCurve: recommendedCurve.replace('_', '-') })
  const { d = '', x = '', y = '' } = pair.privateKey.export({ format: 'jwk' })
  const common = { cryptographicAlgorithm: 'EC', cryptographicLength: length } as const
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  const secret = { recommendedCurve, d: BigInt(`0x${Buffer.from(d, 'base64url').toString('hex')}`) }
  return {
    privateKey: {
      keyBlock: { keyFormatType: 'TransparentECPrivateKey', keyValue: { keyMaterial: secret }, ...common },
    },
    publicKey: {
      keyBlock: {
        keyFormatType: 'TransparentECPublicKey',
        keyValue: { keyMaterial: { recommendedCurve, qString: plain(point) } },
        ...common,
      },
    },
  } as const
}

function keyOf(stored: Stored): Uint8Array {
  const value = stored.body.symmetricKey?.keyBlock.keyValue
  const material = value === undefined || value instanceof Uint8Array ? undefined : value.keyMaterial
  return material instanceof Uint8Array ? material : new Uint8Array(0)
}

const cipherOf = (key: Uint8Array) => `aes-${key.length * 8}-gcm` as 'aes-256-gcm'

function encrypt(
  answer: object,
  stored: Stored,
  { data = new Uint8Array(0), ivCounterNonce = new Uint8Array(0) }: RequestPayload<'Encrypt'>,
): Outcome {
  if (stored.attributes.state !== 'Active') return refuse('WrongKeyLifecycleState')
  const key = keyOf(stored)
  const cipher = createCipheriv(cipherOf(key), key, ivCounterNonce)
  const sealed = plain(Buffer.concat([cipher.update(data), cipher.final()]))
  return { payload: { ...answer, data: sealed, authenticatedEncryptionTag: plain(cipher.getAuthTag()) } }
}

function decrypt(answer: object, stored: Stored, request: RequestPayload<'Decrypt'>): Outcome {
  if (stored.attributes.state !== 'Active') return refuse('WrongKeyLifecycleState')
  const key = keyOf(stored)
  const {
    data = new Uint8Array(0),
    ivCounterNonce = new Uint8Array(0),
    authenticatedEncryptionTag: tag = new Uint8Array(0),
  } = request
  try {
    const decipher = createDecipheriv(cipherOf(key), key, ivCounterNonce).setAuthTag(tag)
    return { payload: { ...answer, data: plain(Buffer.concat([decipher.update(data), decipher.final()])) } }
  } catch {
    return refuse('CryptographicFailure')
  }
}
