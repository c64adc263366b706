import { throwIfAborted, withDeadline } from './abort.ts'
import { canonicalAlgorithm } from './algorithms.ts'
import type { Capabilities } from './capabilities.ts'
import {
  checkChosenId,
  checkConsumer,
  checkContext,
  checkFilter,
  checkId,
  checkKeySpec,
  checkNewObject,
  checkSecret,
  checkTimeout,
  checkWrapped,
  unsupported,
} from './check.ts'
import type { Context } from './context.ts'
import type {
  CallOptions,
  CloseOptions,
  DeleteOptions,
  Driver,
  DriverClass,
  DriverTools,
  ListFilter,
  StoreOptions,
} from './driver.ts'
import { KeyManagerError } from './errors.ts'
import { InFlight } from './in-flight.ts'
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
import { classifyWith, openDriver } from './open-driver.ts'
import type { SecretBytes } from './secret-bytes.ts'

type Classify = DriverClass['classify']

const defaultCloseTimeoutMs = 5_000

/**
 * What an application holds: the one interface to keys and secrets, whatever keeps them. It checks arguments, refuses what
 * the driver cannot do before any traffic, and turns every failure into a {@link KeyManagerError}. Any number of calls may
 * run at once; after `close` every call is `closed`.
 */
export class KeyManager implements AsyncDisposable {
  readonly #driver: Driver
  readonly #classify: Classify
  readonly #inFlight = new InFlight()
  #closing: Promise<void> | undefined

  /** Takes over a driver that works: closing the KeyManager closes it. */
  constructor(driver: Driver, classify: Classify = unclassified) {
    this.#driver = driver
    this.#classify = classify
  }

  /** Validates `options` against the driver's schema and opens it; a wrong option is `invalid_argument` and names it. */
  static async open<Options>(
    driverClass: DriverClass<Options>,
    options: unknown,
    tools?: DriverTools,
  ): Promise<KeyManager> {
    return new KeyManager(await openDriver(driverClass, options, tools), (error) => driverClass.classify(error))
  }

  /** What the backend can do; constant as long as it is open. */
  get capabilities(): Capabilities {
    return this.#driver.capabilities
  }

  /** Resolves to the id of the stored object, which never changes afterwards: to replace it, store anew and delete. */
  store(context: Context, object: NewObject, options: StoreOptions = {}): Promise<ObjectId> {
    return this.#call('store', context, options, (checked) => {
      checkNewObject('store', object, this.capabilities)
      checkChosenId('store', options.id, this.capabilities)
      return this.#driver.store(checked, object, options)
    })
  }

  /** The object with its value; `not_extractable` where the value may not leave the backend. */
  get(context: Context, id: ObjectId, options: CallOptions = {}): Promise<ManagedObject> {
    return this.#callWithId('get', context, id, options, (checked) => this.#driver.get(checked, id, options))
  }

  /** All about the object but its value. */
  describe(context: Context, id: ObjectId, options: CallOptions = {}): Promise<ObjectInfo> {
    return this.#callWithId('describe', context, id, options, (checked) => this.#driver.describe(checked, id, options))
  }

  /** Deletes for good, as far as the backend can; `in_use` where consumers are registered and `force` is not set. */
  delete(context: Context, id: ObjectId, options: DeleteOptions = {}): Promise<void> {
    return this.#callWithId('delete', context, id, options, (checked) => this.#driver.delete(checked, id, options))
  }

  /** Every object that matches the filter, page by page as it is iterated; `timeoutMs` is for the whole of it. */
  async *list(
    context: Context,
    filter: ListFilter = {},
    options: CallOptions = {},
  ): AsyncGenerator<ObjectInfo, void, void> {
    const infos = await this.#call('list', context, options, async (checked) => {
      checkFilter('list', filter)
      return this.#driver.list(checked, knownNames(filter), options)[Symbol.asyncIterator]()
    })
    try {
      while (true) {
        const next = await this.#step(() => infos.next())
        if (next.done) return
        yield next.value
      }
    } finally {
      await infos.return?.()
    }
  }

  /** Makes a symmetric key in the backend. */
  createKey(context: Context, spec: KeySpec, options: StoreOptions = {}): Promise<ObjectId> {
    return this.#call('createKey', context, options, (checked) => {
      const { capabilities } = this
      if (!this.#driver.createKey) throw unsupported('createKey', 'createKey')
      const known = checkKeySpec('createKey', spec, capabilities.createKey, capabilities)
      checkChosenId('createKey', options.id, capabilities)
      return this.#driver.createKey(checked, known, options)
    })
  }

  /** Makes a key pair in the backend. */
  createKeyPair(context: Context, spec: KeySpec, options: CallOptions = {}): Promise<KeyPairIds> {
    return this.#call('createKeyPair', context, options, (checked) => {
      const { capabilities } = this
      if (!this.#driver.createKeyPair) throw unsupported('createKeyPair', 'createKeyPair')
      const known = checkKeySpec('createKeyPair', spec, capabilities.createKeyPair, capabilities)
      return this.#driver.createKeyPair(checked, known, options)
    })
  }

  /** Encrypts `bytes` under a stored symmetric key, where that key is. */
  wrap(context: Context, keyId: ObjectId, bytes: SecretBytes, options: CallOptions = {}): Promise<Wrapped> {
    return this.#callWithId('wrap', context, keyId, options, (checked) => {
      if (!this.capabilities.wrap || !this.#driver.wrap) throw unsupported('wrap', 'wrap')
      checkSecret('wrap', 'what is to be wrapped', bytes)
      return this.#driver.wrap(checked, keyId, bytes, options)
    })
  }

  /** What was wrapped; `integrity` where the bytes are not what `wrap` made under this key. */
  unwrap(context: Context, keyId: ObjectId, wrapped: Wrapped, options: CallOptions = {}): Promise<SecretBytes> {
    return this.#callWithId('unwrap', context, keyId, options, (checked) => {
      checkWrapped(wrapped)
      if (!this.capabilities.wrap?.includes(wrapped.mechanism) || !this.#driver.unwrap) {
        throw unsupported('unwrap', `mechanism ${JSON.stringify(wrapped.mechanism)}`)
      }
      return this.#driver.unwrap(checked, keyId, wrapped, options)
    })
  }

  /** Registers who uses the object; doing so twice is harmless. */
  addConsumer(context: Context, id: ObjectId, consumer: Consumer, options: CallOptions = {}): Promise<void> {
    return this.#callWithId('addConsumer', context, id, options, (checked) => {
      checkConsumer('addConsumer', consumer)
      if (!this.capabilities.consumers || !this.#driver.addConsumer) throw unsupported('addConsumer', 'consumers')
      return this.#driver.addConsumer(checked, id, consumer, options)
    })
  }

  /** Takes a registration back; one that is not there is `not_found`. */
  removeConsumer(context: Context, id: ObjectId, consumer: Consumer, options: CallOptions = {}): Promise<void> {
    return this.#callWithId('removeConsumer', context, id, options, (checked) => {
      checkConsumer('removeConsumer', consumer)
      if (!this.capabilities.consumers || !this.#driver.removeConsumer) throw unsupported('removeConsumer', 'consumers')
      return this.#driver.removeConsumer(checked, id, consumer, options)
    })
  }

  /** Throws unless the backend is reachable and would serve. */
  health(context: Context = {}, options: CallOptions = {}): Promise<void> {
    return this.#call('health', context, options, (checked) => {
      if (!this.capabilities.health || !this.#driver.health) throw unsupported('health', 'health')
      return this.#driver.health(checked, options)
    })
  }

  /** Lets calls in flight end, for `timeoutMs` (5 s by default) at most, then closes the driver; calling it again is harmless. */
  close(options: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(options.timeoutMs ?? defaultCloseTimeoutMs)
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #close(timeoutMs: number): Promise<void> {
    checkTimeout('close', timeoutMs)
    const started = performance.now()
    await this.#inFlight.drained(timeoutMs)
    const left = Math.max(0, timeoutMs - (performance.now() - started))
    await this.#driver.close({ timeoutMs: left }).catch((error: unknown) => {
      throw classifyWith(this.#classify, 'close', error)
    })
  }

  #callWithId<Result>(
    operation: string,
    context: Context,
    id: ObjectId,
    options: CallOptions,
    work: (context: Context) => Promise<Result>,
  ): Promise<Result> {
    const checkedFirst = (checked: Context) => {
      checkId(operation, id)
      return work(checked)
    }
    return this.#call(operation, context, options, checkedFirst, id)
  }

  async #call<Result>(
    operation: string,
    context: Context,
    options: CallOptions,
    work: (context: Context) => Promise<Result>,
    id?: ObjectId,
  ): Promise<Result> {
    if (this.#closing) throw closed(operation)
    checkContext(operation, context, this.capabilities)
    checkTimeout(operation, options.timeoutMs)
    throwIfAborted(operation, context.signal)
    this.#inFlight.enter()
    try {
      return await work(withDeadline(context, options.timeoutMs))
    } catch (error) {
      throw classifyWith(this.#classify, operation, error, id)
    } finally {
      this.#inFlight.leave()
    }
  }

  // A list may be left half read: only its steps count as calls in flight.
  async #step<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#closing) throw closed('list')
    this.#inFlight.enter()
    try {
      return await work()
    } catch (error) {
      throw classifyWith(this.#classify, 'list', error)
    } finally {
      this.#inFlight.leave()
    }
  }
}

function knownNames(filter: ListFilter): ListFilter {
  const { algorithm } = filter
  return algorithm === undefined ? filter : { ...filter, algorithm: canonicalAlgorithm(algorithm) }
}

function unclassified(): ReturnType<Classify> {
  return { code: 'unknown', retryable: false }
}

function closed(operation: string): KeyManagerError {
  return new KeyManagerError('closed', `${operation}: the key manager is closed`)
}
