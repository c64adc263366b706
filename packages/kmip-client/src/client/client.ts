import { KmipError } from '../errors.ts'
import type { Credential } from '../messages/credential.ts'
import type { Operation, RequestOf, ResponseOf } from '../operations/operation.ts'
import { findAmong, findOperation, type OperationName, type operations } from '../operations/operations.ts'
import { inRange } from '../schema/field.ts'
import type { Patience } from '../transport/deadline.ts'
import { Pool, type PoolOptions } from '../transport/pool.ts'
import type { Host, TlsOptions } from '../transport/tls.ts'
import { DEFAULT_LIMITS, type Limits } from '../ttlv/limits.ts'
import { type Version, versionRank } from '../version.ts'
import type { BatchOptions, Call, CallItem, ItemResult, Middleware, RequestOptions } from './call.ts'
import { checkVersion, exchange, nameOf, type Wire } from './exchange.ts'
import type { Pending } from './messages.ts'
import { negotiate } from './negotiate.ts'
import { pollToEnd } from './poll.ts'

const DEFAULT_PORT = 5696
const DEFAULT_TIMEOUT_MS = 30_000

/** How a client is opened. */
export interface ClientOptions {
  /** One host, or several that hold the same keys: the next is tried when one cannot be reached. `host:port` overrides `port`. */
  readonly host: string | readonly string[]
  /** 5696 by default. */
  readonly port?: number
  readonly tls: TlsOptions
  /** The protocol version; without it, the newest that both sides speak is asked for. */
  readonly version?: Version
  /** Sent with every request; a function is asked each time (one-time passwords, nonces). */
  readonly credentials?: readonly Credential[] | (() => Promise<readonly Credential[]> | readonly Credential[])
  /** Milliseconds for one request with all that it needs; 30000 by default. */
  readonly timeoutMs?: number
  readonly pool?: PoolOptions
  readonly limits?: Partial<Limits>
  /** The first is outermost. */
  readonly middleware?: readonly Middleware[]
  /** Operations of a vendor, so that their payloads are known wherever they appear. */
  readonly operations?: readonly Operation<unknown, unknown>[]
}

/** An operation by its name, or one of one's own. */
export type OperationLike = OperationName | Operation<unknown, unknown>
type Resolve<O> = O extends OperationName ? (typeof operations)[O] : O

/** What an operation takes. */
export type PayloadOf<O> = RequestOf<Resolve<O>>
/** What an operation answers. */
export type AnswerOf<O> = ResponseOf<Resolve<O>>

/** One item of a batch, made by {@link item}. */
export interface BatchItem<O extends OperationLike = OperationLike> {
  readonly operation: O
  readonly payload: unknown
}

type Results<I extends readonly BatchItem[]> = { -readonly [K in keyof I]: ItemResult<AnswerOf<I[K]['operation']>> }

/** An item for {@link Client.batch}. */
export function item<const O extends OperationLike>(operation: O, payload: PayloadOf<O>): BatchItem<O> {
  return { operation, payload }
}

function parseHost(text: string, port: number): Host {
  const [, host = text, own] =
    /^\[?([^\]]*?)\]?(?::(\d+))?$/.exec(text.includes(']') || text.split(':').length <= 2 ? text : `[${text}]`) ?? []
  return { host, port: own === undefined ? port : Number(own) }
}

/** A KMIP client: a pool of connections that speak one protocol version. Any number of requests may be under way at once. */
export class Client {
  readonly version: Version
  readonly #wire: Wire
  readonly #options: ClientOptions
  readonly #send: (call: Call) => Promise<readonly ItemResult[]>

  /** Use {@link openClient}. */
  constructor(version: Version, wire: Wire, options: ClientOptions) {
    this.version = version
    this.#wire = wire
    this.#options = options
    this.#send = (options.middleware ?? []).reduceRight<(call: Call) => Promise<readonly ItemResult[]>>(
      (next, middleware) => async (call) => middleware(call, next),
      (call) => this.#perform(call),
    )
  }

  /** Does one operation. Throws `KmipServerError` where the server refuses. */
  async request<const O extends OperationLike>(
    operation: O,
    payload: PayloadOf<O>,
    options: RequestOptions = {},
  ): Promise<AnswerOf<O>> {
    const [result] = await this.#call([{ operation, payload }], options)
    if (result === undefined) throw new KmipError('malformed', 'no answer')
    if (!result.ok) throw result.error
    return result.value as AnswerOf<O>
  }

  /**
   * Does several operations in one message. An item without a unique identifier is about what an earlier one made or found. A
   * refused item is a result, not an exception: see {@link ItemResult}.
   */
  async batch<const I extends readonly BatchItem[]>(items: I, options: BatchOptions = {}): Promise<Results<I>> {
    if (items.length === 0 || items.length > 0xffff) throw new KmipError('invalid', 'a batch has 1 to 65535 items')
    return (await this.#call(items, options)) as Results<I>
  }

  /** Lets requests that are under way end within `timeoutMs`, then closes all connections. */
  async close(options: { timeoutMs?: number } = {}): Promise<void> {
    await this.#wire.pool.close(options.timeoutMs)
  }

  #call(items: readonly BatchItem[], options: BatchOptions): Promise<readonly ItemResult[]> {
    return this.#send({ items: items.map(resolve), version: this.version, options })
  }

  async #perform(call: Call): Promise<readonly ItemResult[]> {
    checkVersion(call, (operation) => inRange(versionRank(call.version), operation))
    const patience = patienceOf(call.options, this.#options.timeoutMs)
    const results = await exchange(this.#wire, call, patience)
    if (results.every(isSettled)) return results
    return Promise.all(
      results.map(async (result, index) => {
        const asked = call.items[index]
        if (isSettled(result)) return result
        if (asked === undefined) throw new KmipError('malformed', `${nameOf(call)}: more answers than questions`)
        return pollToEnd(this.#wire, call, asked, result, patience)
      }),
    )
  }
}

function isSettled(result: ItemResult | Pending): result is ItemResult {
  return !('pending' in result)
}

function resolve({ operation, payload }: BatchItem): CallItem {
  const found = typeof operation === 'string' ? findOperation(operation) : operation
  if (found === undefined) throw new KmipError('invalid', `no such operation: ${operation as string}`)
  return { operation: found, payload }
}

function patienceOf(options: RequestOptions, fallback = DEFAULT_TIMEOUT_MS): Patience {
  return { deadline: performance.now() + (options.timeoutMs ?? fallback), signal: options.signal }
}

/** Connects, settles on a version, and gives a client that must be closed. Throws KmipError. */
export async function openClient(options: ClientOptions, request: RequestOptions = {}): Promise<Client> {
  const wire = wireOf(options)
  try {
    const version = options.version ?? (await negotiate(wire, patienceOf(request, options.timeoutMs)))
    return new Client(version, wire, options)
  } catch (error) {
    await wire.pool.close(0)
    throw error
  }
}

function wireOf(options: ClientOptions): Wire {
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const texts = typeof options.host === 'string' ? [options.host] : options.host
  const hosts = texts.map((text) => parseHost(text, options.port ?? DEFAULT_PORT))
  if (hosts.length === 0) throw new KmipError('invalid', 'no host is given')
  const { credentials = [] } = options
  return {
    pool: new Pool({ ...options.pool, hosts, tls: options.tls, limit: limits.bytes }),
    limits,
    credentials: typeof credentials === 'function' ? credentials : () => credentials,
    findPayload: findAmong(options.operations ?? []),
  }
}
