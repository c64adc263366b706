import type { Capabilities } from './capabilities.ts'
import type { Context } from './context.ts'
import type { Classification } from './errors.ts'
import type { ObjectKind } from './kinds.ts'
import type {
  Consumer,
  KeyPairIds,
  KeySpec,
  ManagedObject,
  NewObject,
  ObjectId,
  ObjectInfo,
  Wrapped,
} from './object.ts'
import type { OptionsSchema } from './schema.ts'
import type { SecretBytes } from './secret-bytes.ts'

/** What every call takes; KeyManager turns `timeoutMs` into the signal of the context before a driver sees it. */
export interface CallOptions {
  /** Milliseconds until the call fails with `deadline_exceeded`, or `indeterminate` where it may have changed something. */
  readonly timeoutMs?: number
}

/** With `id`, where capabilities name `chosenIds`: repeating a store with equal bytes is harmless, with others `already_exists`. */
export interface StoreOptions extends CallOptions {
  readonly id?: ObjectId
}

/** With `force`, an object is deleted although consumers are registered; without, that is `in_use`. */
export interface DeleteOptions extends CallOptions {
  readonly force?: boolean
}

/** How long calls in flight may take to end, in milliseconds, before they are cut off. */
export interface CloseOptions {
  readonly timeoutMs?: number
}

/** All given fields must match exactly; `after` is the id of the last object already seen, `limit` the most to give. */
export interface ListFilter {
  readonly kind?: ObjectKind
  readonly name?: string
  readonly algorithm?: string
  readonly after?: ObjectId
  readonly limit?: number
}

/**
 * What a backend implements. Arguments arrive checked, capabilities enforced and signals not yet aborted: that is KeyManager's
 * work. A driver serves any number of calls at once, honours `context.signal` while it waits, and throws either a
 * KeyManagerError or an error that its class's `classify` understands.
 */
export interface Driver {
  readonly capabilities: Capabilities
  store(context: Context, object: NewObject, options?: StoreOptions): Promise<ObjectId>
  get(context: Context, id: ObjectId, options?: CallOptions): Promise<ManagedObject>
  /** Carries no value, and fetches none. */
  describe(context: Context, id: ObjectId, options?: CallOptions): Promise<ObjectInfo>
  delete(context: Context, id: ObjectId, options?: DeleteOptions): Promise<void>
  /** In an order that `after` can resume; never loads more than a page. */
  list(context: Context, filter?: ListFilter, options?: CallOptions): AsyncIterable<ObjectInfo>
  createKey?(context: Context, spec: KeySpec, options?: StoreOptions): Promise<ObjectId>
  createKeyPair?(context: Context, spec: KeySpec, options?: CallOptions): Promise<KeyPairIds>
  /** The key does the work where it is. */
  wrap?(context: Context, keyId: ObjectId, bytes: SecretBytes, options?: CallOptions): Promise<Wrapped>
  unwrap?(context: Context, keyId: ObjectId, wrapped: Wrapped, options?: CallOptions): Promise<SecretBytes>
  /** Registering what is registered already is harmless. */
  addConsumer?(context: Context, id: ObjectId, consumer: Consumer, options?: CallOptions): Promise<void>
  /** Removing what is not registered is `not_found`. */
  removeConsumer?(context: Context, id: ObjectId, consumer: Consumer, options?: CallOptions): Promise<void>
  /** Reaches what holds the keys and proves that it would serve; throws otherwise. */
  health?(context: Context, options?: CallOptions): Promise<void>
  /** Called once, by KeyManager; lets calls in flight end, up to the deadline, and then fails them. */
  close(options?: CloseOptions): Promise<void>
}

/** What a driver may ask of whoever opens it. */
export interface DriverTools {
  /** Opens the driver that `apiClass` names, with its section of the same configuration or with `options`; the caller closes it. */
  openDriver(apiClass: string, options?: Readonly<Record<string, unknown>>): Promise<Driver>
}

/** What `api_class` names: the default export, or a named one, of a backend's package. */
export interface DriverClass<Options = unknown> {
  /** Type, defaults, validation, sample and documentation of the options. */
  readonly options: OptionsSchema<Options>
  /** Resolves to a driver that works; whoever opens it closes it. */
  open(options: Options, tools: DriverTools): Promise<Driver>
  /** Static, so that it serves `open` too. */
  classify(error: unknown): Classification
  /** What whoever made these options must see: each weaker choice than the default, as `option: what it means`. */
  warnings?(options: Options): readonly string[]
}
