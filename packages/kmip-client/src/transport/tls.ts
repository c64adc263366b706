import { isIP } from 'node:net'
import { connect, createSecureContext, type SecureContext, type SecureVersion, type TLSSocket } from 'node:tls'
import { type Patience, whenImpatient } from './deadline.ts'
import { Interruption } from './interruption.ts'

type Pem = string | Uint8Array

/** How the TLS connection is made. What is absent is Node's default, but TLS 1.2 is the least. */
export interface TlsOptions {
  /** The certificates that may have signed the server's; without them, those of the system. */
  readonly ca?: Pem | readonly Pem[]
  /** The client's certificate (and chain), PEM. */
  readonly cert?: Pem
  /** The client's private key, PEM; `passphrase` opens an encrypted one. */
  readonly key?: Pem
  /** Certificate and key in one PKCS#12 file, instead of `cert` and `key`. */
  readonly pfx?: Uint8Array
  readonly passphrase?: string
  readonly minVersion?: SecureVersion
  readonly maxVersion?: SecureVersion
  /** OpenSSL's cipher list, for TLS 1.2 and below. */
  readonly ciphers?: string
  /** The name that the server's certificate must have, where it is not the host. */
  readonly servername?: string
  /** False switches the verification of the server off: whoever is in between then sees every key. */
  readonly rejectUnauthorized?: boolean
}

/** Where a server listens. */
export interface Host {
  readonly host: string
  readonly port: number
}

function buffer(pem: Pem): string | Buffer {
  return typeof pem === 'string' ? pem : Buffer.from(pem)
}

/** The part of the options that is parsed once. Throws Node's error for keys and certificates that cannot be read. */
export function secureContext(options: TlsOptions): SecureContext {
  const { ca, cert, key, pfx, passphrase, maxVersion, ciphers } = options
  return createSecureContext({
    minVersion: options.minVersion ?? 'TLSv1.2',
    ...(ca !== undefined && { ca: (Array.isArray(ca) ? (ca as readonly Pem[]) : [ca as Pem]).map(buffer) }),
    ...(cert !== undefined && { cert: buffer(cert) }),
    ...(key !== undefined && { key: buffer(key) }),
    ...(pfx !== undefined && { pfx: Buffer.from(pfx) }),
    ...(passphrase !== undefined && { passphrase }),
    ...(maxVersion !== undefined && { maxVersion }),
    ...(ciphers !== undefined && { ciphers }),
  })
}

/** What is needed for one connection. */
export interface Dial {
  readonly host: Host
  readonly context: SecureContext
  readonly options: TlsOptions
  readonly session: Buffer | undefined
  readonly onSession: (session: Buffer) => void
}

/** Connects and finishes the handshake. Throws an Interruption; nothing was sent then. */
export async function dial(target: Dial, patience: Patience): Promise<TLSSocket> {
  const { host, port } = target.host
  const servername = target.options.servername ?? (isIP(host) === 0 ? host : undefined)
  const socket = connect({
    host,
    port,
    secureContext: target.context,
    rejectUnauthorized: target.options.rejectUnauthorized ?? true,
    ...(servername !== undefined && { servername }),
    ...(target.session !== undefined && { session: target.session }),
  })
  socket.setNoDelay(true)
  socket.on('session', target.onSession)
  await handshake(socket, patience)
  return socket
}

async function handshake(socket: TLSSocket, patience: Patience): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const forget = whenImpatient(patience, (kind) => fail(kind, patience.signal?.reason))
    function fail(kind: 'broken' | 'timeout' | 'aborted', cause: unknown): void {
      forget()
      socket.on('error', () => undefined)
      socket.destroy()
      reject(new Interruption(kind, false, failure(kind, cause), { cause }))
    }
    socket.once('error', (error) => fail('broken', error))
    socket.once('close', () => fail('broken', undefined))
    socket.once('secureConnect', () => {
      forget()
      socket.removeAllListeners('error').removeAllListeners('close')
      resolve()
    })
  })
}

function failure(kind: 'broken' | 'timeout' | 'aborted', cause: unknown): string {
  if (kind !== 'broken') return kind === 'timeout' ? 'timed out while connecting' : 'aborted while connecting'
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'closed by the server'
  return `cannot connect: ${code}`
}
