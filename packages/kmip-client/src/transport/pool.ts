import type { SecureContext } from 'node:tls'
import { KmipError } from '../errors.ts'
import { Connection, type ReadAnswer } from './connection.ts'
import { checkPatience, type Patience, whenImpatient } from './deadline.ts'
import { Interruption } from './interruption.ts'
import { dial, type Host, secureContext, type TlsOptions } from './tls.ts'

/** How many connections are kept, and for how long. */
export interface PoolOptions {
  /** The most connections at a time; 8 by default. */
  readonly max?: number
  /** Milliseconds after which an unused connection is closed; 8000 by default, below what servers commonly allow. */
  readonly idleMs?: number
  /** Requests that may wait for their answers on one connection; 1 by default, because a late answer costs all behind it. */
  readonly pipelining?: number
  /** Milliseconds for connecting to one host; 5000 by default. */
  readonly connectTimeoutMs?: number
}

/** What a pool is made of. */
export interface PoolTarget extends PoolOptions {
  readonly hosts: readonly Host[]
  readonly tls: TlsOptions
  /** The most bytes of one answer. */
  readonly limit: number
}

interface Member {
  readonly connection: Connection
  idle: NodeJS.Timeout | undefined
  /** Requests that were given this connection and are not done. */
  load: number
}

/** Connections to the first host that answers. Their TLS parameters are parsed once and their TLS sessions are resumed. */
export class Pool {
  readonly #target: PoolTarget
  readonly #context: SecureContext
  readonly #sessions = new Map<Host, Buffer>()
  readonly #members = new Set<Member>()
  readonly #queue: (() => void)[] = []
  #opening = 0
  #current = 0
  #closed = false

  constructor(target: PoolTarget) {
    this.#target = target
    this.#context = secureContext(target.tls)
  }

  /** Open connections, busy or not. */
  get size(): number {
    return this.#members.size
  }

  /** Sends a request on some connection. Throws an Interruption, `closed`, or what `read` threw. */
  async exchange<T>(request: Uint8Array, read: ReadAnswer<T>, patience: Patience): Promise<T> {
    const member = this.#free() ?? (await this.#acquire(patience))
    try {
      return await member.connection.exchange(request, read, patience)
    } finally {
      this.#release(member)
    }
  }

  /** Lets requests that are under way end within `timeoutMs` (5000 by default), then closes all connections. */
  async close(timeoutMs = 5000): Promise<void> {
    this.#closed = true
    for (const wake of this.#queue.splice(0)) wake()
    const patience = { deadline: performance.now() + timeoutMs }
    while (this.#busy() && performance.now() < patience.deadline) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    for (const member of this.#members) this.#drop(member)
  }

  #busy(): boolean {
    return this.#opening > 0 || [...this.#members].some((member) => member.load > 0)
  }

  // The common case, without waiting for anything.
  #free(): Member | undefined {
    const free = this.#closed ? undefined : this.#pick()
    return free === undefined ? undefined : this.#take(free)
  }

  async #acquire(patience: Patience): Promise<Member> {
    for (;;) {
      this.#check(patience)
      const free = this.#free()
      if (free !== undefined) return free
      if (!this.#full()) return this.#take(await this.#open(patience))
      await this.#turn(patience)
    }
  }

  #check(patience: Patience): void {
    try {
      if (this.#closed) throw new KmipError('closed', 'the client is closed')
      checkPatience(patience)
    } catch (error) {
      // Whoever woke this caller meant somebody to go on.
      this.#wake()
      throw error
    }
  }

  #full(): boolean {
    return this.#members.size + this.#opening >= (this.#target.max ?? 8)
  }

  // An unused connection first; a shared one only where no other may be opened.
  #pick(): Member | undefined {
    let best: Member | undefined
    for (const member of this.#members) {
      if (!member.connection.usable) continue
      if (member.load < (best?.load ?? this.#target.pipelining ?? 1)) best = member
    }
    return best?.load === 0 || this.#full() ? best : undefined
  }

  #take(member: Member): Member {
    member.load++
    return member
  }

  #release(member: Member): void {
    member.load--
    if (member.load === 0 && member.connection.usable) {
      // Refreshing one timer costs less than making one for every request; it finds busy connections as well.
      member.idle ??= setTimeout(() => member.load === 0 && this.#drop(member), this.#target.idleMs ?? 8000).unref()
      member.idle.refresh()
    }
    this.#wake()
  }

  #drop(member: Member): void {
    clearTimeout(member.idle)
    this.#members.delete(member)
    member.connection.destroy()
  }

  async #turn(patience: Patience): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const forget = whenImpatient(patience, (kind) => {
        this.#queue.splice(this.#queue.indexOf(wake), 1)
        reject(
          new Interruption(
            kind,
            false,
            `${kind === 'timeout' ? 'timed out' : 'aborted'} while waiting for a connection`,
          ),
        )
      })
      const wake = () => {
        forget()
        resolve()
      }
      this.#queue.push(wake)
    })
  }

  #wake(): void {
    this.#queue.shift()?.()
  }

  async #open(patience: Patience): Promise<Member> {
    this.#opening++
    try {
      return await this.#openAny(patience)
    } finally {
      this.#opening--
      this.#wake()
    }
  }

  async #openAny(patience: Patience): Promise<Member> {
    const { hosts } = this.#target
    const failures: string[] = []
    let cause: unknown
    for (let attempt = 0; attempt < hosts.length; attempt++) {
      const index = (this.#current + attempt) % hosts.length
      const host = hosts[index]
      if (host === undefined) continue
      try {
        const member = await this.#dial(host, patience)
        this.#current = index
        return member
      } catch (error) {
        checkPatience(patience)
        if (KmipError.is(error)) throw error
        failures.push(`${host.host}:${host.port} ${(error as Error).message}`)
        cause = error instanceof Interruption ? error.cause : error
      }
    }
    throw new Interruption('unreachable', false, failures.join('; '), { cause })
  }

  async #dial(host: Host, patience: Patience): Promise<Member> {
    const limit = performance.now() + (this.#target.connectTimeoutMs ?? 5000)
    const onSession = (session: Buffer) => {
      this.#sessions.set(host, session)
    }
    const session = this.#sessions.get(host)
    const target = { host, context: this.#context, options: this.#target.tls, session, onSession }
    const socket = await dial(target, { ...patience, deadline: Math.min(patience.deadline, limit) })
    if (this.#closed) {
      socket.destroy()
      throw new KmipError('closed', 'the client is closed')
    }
    const connection = new Connection(socket, this.#target.limit, () => this.#forget(member))
    const member: Member = { connection, idle: undefined, load: 0 }
    this.#members.add(member)
    return member
  }

  #forget(member: Member): void {
    clearTimeout(member.idle)
    this.#members.delete(member)
    this.#wake()
  }
}
