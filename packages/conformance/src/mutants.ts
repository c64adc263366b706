import {
  type Context,
  type Driver,
  generateKeyPair,
  isExpired,
  KeyManagerError,
  type KeySpec,
  type ManagedObject,
  type NewObject,
  type ObjectId,
  type ObjectInfo,
  SecretBytes,
  type StoreOptions,
  uuidv7,
} from '@chatelaine/core'
import { MemoryDriver } from './memory-driver.ts'

/** What a mutant does in the place of the memory driver's own methods. */
export type Change = (driver: MemoryDriver) => Partial<Driver>

/** A driver that works but for what `change` puts in the place of its methods. */
export function mutant(change: Change): Driver {
  const driver = new MemoryDriver()
  const changed = change(driver)
  return new Proxy<Driver>(driver, {
    get(target, property) {
      const member: unknown = Reflect.get(property in changed ? changed : target, property)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}

const demo: Context = { projectId: 'demo' }

async function* filtered(infos: AsyncIterable<ObjectInfo>, keep: (info: ObjectInfo, index: number) => boolean) {
  let index = 0
  for await (const info of infos) {
    if (keep(info, index)) yield info
    index += 1
  }
}

function changedValue(object: NewObject, change: (bytes: Uint8Array) => Uint8Array): NewObject {
  return { ...object, value: SecretBytes.from(change(object.value.reveal())) }
}

/** Every way of being broken that the suite must catch, by what is broken. */
export const mutants: Readonly<Record<string, Change>> = {
  'get flips a bit': (driver) => ({
    async get(context, id) {
      const object = await driver.get(context, id)
      const bytes = object.value.reveal()
      bytes[0] = (bytes[0] ?? 0) ^ 1
      return { ...object, value: SecretBytes.from(bytes) }
    },
  }),
  'store keeps the SecretBytes of the caller': (driver) => {
    const kept = new Map<ObjectId, SecretBytes>()
    return {
      async store(context, object, options) {
        const id = await driver.store(context, object, options)
        kept.set(id, object.value)
        return id
      },
      async get(context, id) {
        const object = await driver.get(context, id)
        return { ...object, value: SecretBytes.from(kept.get(id)?.reveal() ?? object.value.reveal()) }
      },
    }
  },
  'get gives out its own SecretBytes': (driver) => {
    const own = new Map<ObjectId, ManagedObject>()
    return {
      async get(context, id) {
        const object = own.get(id) ?? (await driver.get(context, id))
        own.set(id, object)
        await driver.describe(context, id)
        return object
      },
    }
  },
  'describe carries the value': (driver) => ({ describe: (context, id) => driver.get(context, id) }),
  'list carries values': (driver) => ({
    async *list(context, filter) {
      for await (const info of driver.list(context, filter)) yield await driver.get(context, info.id)
    },
  }),
  'list ends after 100': (driver) => ({
    list: (context, filter) => filtered(driver.list(context, filter), (_, index) => index < 100),
  }),
  'list repeats its first object': (driver) => ({
    async *list(context, filter) {
      let first: ObjectInfo | undefined
      for await (const info of driver.list(context, filter)) {
        first ??= info
        yield info
      }
      if (first) yield first
    },
  }),
  'list ignores the kind': (driver) => ({
    list: (context, filter) => driver.list(context, { ...filter, kind: undefined }),
  }),
  'list ignores the name': (driver) => ({
    list: (context, filter) => driver.list(context, { ...filter, name: undefined }),
  }),
  'list ignores the algorithm': (driver) => ({
    list: (context, filter) => driver.list(context, { ...filter, algorithm: undefined }),
  }),
  'list ignores limit': (driver) => ({
    list: (context, filter) => driver.list(context, { ...filter, limit: undefined }),
  }),
  'list ignores after': (driver) => ({
    list: (context, filter) => driver.list(context, { ...filter, after: undefined }),
  }),
  'list starts with after itself': (driver) => ({
    async *list(context, filter = {}) {
      if (filter.after) yield await driver.describe(context, filter.after)
      yield* driver.list(context, filter)
    },
  }),
  'list shows other projects': (driver) => ({
    async *list(context, filter) {
      yield* driver.list(context, filter)
      if (context.projectId !== 'demo') yield* driver.list(demo, filter)
    },
  }),
  'get ignores the project': (driver) => ({ get: (_, id) => driver.get(demo, id) }),
  'describe ignores the project': (driver) => ({ describe: (_, id) => driver.describe(demo, id) }),
  'delete ignores the project': (driver) => ({ delete: (_, id, options) => driver.delete(demo, id, options) }),
  'wrap ignores the project': (driver) => ({ wrap: (_, id, bytes) => driver.wrap(demo, id, bytes) }),
  'unwrap ignores the project': (driver) => ({ unwrap: (_, id, wrapped) => driver.unwrap(demo, id, wrapped) }),
  'delete does nothing': () => ({ delete: async () => {} }),
  'deleting twice succeeds': (driver) => ({
    delete: (context, id, options) =>
      driver.delete(context, id, options).catch((error: unknown) => {
        if (!KeyManagerError.is(error, 'not_found')) throw error
      }),
  }),
  'delete always forces': (driver) => ({ delete: (context, id) => driver.delete(context, id, { force: true }) }),
  'delete never forces': (driver) => ({ delete: (context, id) => driver.delete(context, id) }),
  'an unknown id is unavailable': (driver) => ({
    get: (context, id) =>
      driver.get(context, id).catch(() => {
        throw new KeyManagerError('unavailable', 'get: not now')
      }),
  }),
  'an unknown id is no KeyManagerError': (driver) => ({
    get: (context, id) =>
      driver.get(context, id).catch(() => {
        throw new Error('nothing here')
      }),
  }),
  'the name is brought into normal form': (driver) => ({
    store: (context, object, options) =>
      driver.store(context, { ...object, name: object.name?.normalize('NFC') }, options),
  }),
  'the name ends at NUL': (driver) => ({
    store: (context, object, options) =>
      driver.store(context, { ...object, name: object.name?.split('\u0000')[0] }, options),
  }),
  'the name is cut at 64 bytes': (driver) => ({
    store: (context, object, options) => driver.store(context, { ...object, name: object.name?.slice(0, 64) }, options),
  }),
  'the name is lost': (driver) => ({
    store: (context, object, options) => driver.store(context, { ...object, name: undefined }, options),
  }),
  'the value is cut at 32 KiB': (driver) => ({
    store: (context, object, options) =>
      driver.store(
        context,
        changedValue(object, (bytes) => bytes.slice(0, 32_768)),
        options,
      ),
  }),
  'leading zeros of a value are lost': (driver) => ({
    store: (context, object, options) =>
      driver.store(
        context,
        changedValue(object, (bytes) => (bytes[0] === 0 ? bytes.slice(1) : bytes)),
        options,
      ),
  }),
  'equal bytes are one object': (driver) => {
    const known = new Map<string, ObjectId>()
    return {
      async store(context: Context, object: NewObject, options?: StoreOptions) {
        const key = object.value.reveal().toString()
        const there = known.get(key)
        if (there && (await driver.describe(context, there).catch(() => undefined))) return there
        const id = await driver.store(context, object, options)
        known.set(key, id)
        return id
      },
    }
  },
  'the algorithm is in lower case': (driver) => ({
    async describe(context, id) {
      const info = await driver.describe(context, id)
      return 'algorithm' in info ? { ...info, algorithm: info.algorithm?.toLowerCase() } : info
    },
  }),
  'the bit length is in bytes': (driver) => ({
    async get(context, id) {
      const object = await driver.get(context, id)
      return 'bitLength' in object ? { ...object, bitLength: (object.bitLength ?? 0) / 8 } : object
    },
  }),
  'created is in seconds': (driver) => ({
    async describe(context, id) {
      const info = await driver.describe(context, id)
      return { ...info, created: info.created && new Date(info.created.getTime() / 1_000) }
    },
  }),
  'created is missing': (driver) => ({
    async describe(context, id) {
      return { ...(await driver.describe(context, id)), created: undefined }
    },
  }),
  'the expiration is lost': (driver) => ({
    store: (context, object, options) => driver.store(context, { ...object, expiration: undefined }, options),
  }),
  'what has expired is still described': (driver) => {
    const stored = new Map<ObjectId, ObjectInfo>()
    return {
      async store(context, object, options) {
        const id = await driver.store(context, object, options)
        stored.set(id, await driver.describe(context, id))
        return id
      },
      async describe(context, id) {
        const info = stored.get(id)
        return info && isExpired(info.expiration) ? info : driver.describe(context, id)
      },
    }
  },
  'extractable: false is ignored': (driver) => ({
    store: (context, object, options) =>
      driver.store(context, 'extractable' in object ? { ...object, extractable: true } : object, options),
  }),
  'createKey ignores extractable: false': (driver) => ({
    createKey: (context, spec, options) => driver.createKey(context, { ...spec, extractable: true }, options),
  }),
  'createKey makes the same key each time': (driver) => ({
    createKey: (context, spec: KeySpec, options) =>
      driver.store(
        context,
        { kind: 'symmetric', ...spec, value: SecretBytes.from(new Uint8Array((spec.bitLength ?? 0) / 8).fill(1)) },
        options,
      ),
  }),
  'createKey takes any length': (driver) => ({
    createKey: (context, spec, options) =>
      driver.createKey(context, spec.bitLength === 100 ? { ...spec, bitLength: 128 } : spec, options),
  }),
  'the halves of a pair do not fit': (driver) => ({
    async createKeyPair(context, spec) {
      const [one, other] = [await generateKeyPair(spec), await generateKeyPair(spec)]
      return {
        privateId: await driver.store(context, one.privateKey),
        publicId: await driver.store(context, other.publicKey),
      }
    },
  }),
  'the halves of a pair are swapped': (driver) => ({
    async createKeyPair(context, spec) {
      const { privateId, publicId } = await driver.createKeyPair(context, spec)
      return { privateId: publicId, publicId: privateId }
    },
  }),
  'deleting one half of a pair deletes the other': (driver) => {
    const halves = new Map<ObjectId, ObjectId>()
    return {
      async createKeyPair(context, spec) {
        const { privateId, publicId } = await driver.createKeyPair(context, spec)
        halves.set(privateId, publicId)
        return { privateId, publicId }
      },
      async delete(context, id, options) {
        await driver.delete(context, id, options)
        const other = halves.get(id)
        if (other) await driver.delete(context, other)
      },
    }
  },
  'wrap leaves the bytes as they are': (driver) => ({
    async wrap(context, id, bytes) {
      await driver.describe(context, id)
      return { mechanism: 'AES-KWP', bytes: bytes.reveal() }
    },
    async unwrap(context, id, wrapped) {
      await driver.describe(context, id)
      return SecretBytes.from(wrapped.bytes)
    },
  }),
  'wrap names another mechanism': (driver) => ({
    async wrap(context, id, bytes) {
      return { ...(await driver.wrap(context, id, bytes)), mechanism: 'AES-GCM' }
    },
  }),
  'unwrap accepts what was changed': (driver) => ({
    unwrap: (context, id, wrapped) =>
      driver.unwrap(context, id, wrapped).catch((error: unknown) => {
        if (!KeyManagerError.is(error, 'integrity')) throw error
        return SecretBytes.from(new Uint8Array(32))
      }),
  }),
  'a chosen id is not used': (driver) => ({ store: (context, object) => driver.store(context, object) }),
  'a chosen id is written over': (driver) => ({
    async store(context, object, options = {}) {
      if (options.id) await driver.delete(context, options.id, { force: true }).catch(() => {})
      return driver.store(context, object, options)
    },
  }),
  'repeating a store is refused': (driver) => ({
    async store(context, object, options = {}) {
      const taken = options.id && (await driver.describe(context, options.id).catch(() => undefined))
      if (taken) throw new KeyManagerError('already_exists', 'store: again')
      return driver.store(context, object, options)
    },
  }),
  'consumers are not described': (driver) => ({
    async describe(context, id) {
      return { ...(await driver.describe(context, id)), consumers: [] }
    },
  }),
  'a consumer can be registered twice': (driver) => ({
    async describe(context, id) {
      const info = await driver.describe(context, id)
      return { ...info, consumers: [...(info.consumers ?? []), ...(info.consumers ?? [])] }
    },
  }),
  'removing an unknown consumer succeeds': (driver) => ({
    removeConsumer: (context, id, consumer) => driver.removeConsumer(context, id, consumer).catch(() => {}),
  }),
  'an error shows the value': (driver) => {
    let last = ''
    return {
      store(context, object, options) {
        last = Buffer.from(object.value.reveal()).toString()
        return driver.store(context, object, options)
      },
      get(context, id) {
        return driver.get(context, id).catch((error: unknown) => {
          if (!KeyManagerError.is(error)) throw error
          throw new KeyManagerError(error.code, `${error.message}: ${last}`)
        })
      },
    }
  },
  'a kind is missing from the capabilities': (driver) => ({
    capabilities: { ...driver.capabilities, kinds: ['symmetric', 'opaque'] },
  }),
  'health fails': () => ({
    health: async () => {
      throw new KeyManagerError('unavailable', 'health: not well')
    },
  }),
  'ids repeat': (driver) => {
    let last = uuidv7()
    let stored = 0
    return {
      async store(context, object, options = {}) {
        stored += 1
        if (stored % 5 !== 0) last = uuidv7()
        await driver.delete(context, options.id ?? last, { force: true }).catch(() => {})
        return driver.store(context, object, { id: options.id ?? last })
      },
    }
  },
}
