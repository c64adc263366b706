import { readFile, stat } from 'node:fs/promises'
import { KeyManagerError } from '@chatelaine/core'
import { type Client, type Credential, openClient } from 'kmip-client-ts'
import type { KmipOptions } from './options.ts'

/** Reads the files that the options name, connects, and proves that the device answers us. */
export async function openDevice(options: KmipOptions): Promise<Client> {
  const { port, version, timeout_ms: timeoutMs, keyfile_passphrase: passphrase } = options
  const client = await openClient({
    host: hosts(options.host),
    port,
    timeoutMs,
    tls: { ...(await readFiles(options)), ...(passphrase !== undefined && { passphrase }) },
    ...(version !== undefined && { version }),
    credentials: credentials(options),
    pool: { max: options.pool, idleMs: options.pool_idle_ms },
  })
  try {
    await proveService(client)
    return client
  } catch (error) {
    await client.close({ timeoutMs: 0 })
    throw error
  }
}

/** A cheap request that only a device that accepts our certificate and credentials answers. */
export async function proveService(client: Client, signal?: AbortSignal): Promise<void> {
  await client.request('Query', { queryFunctions: ['QueryOperations'] }, { signal })
}

function hosts(host: KmipOptions['host']): string[] {
  return (typeof host === 'string' ? host.split(',') : host).map((each) => each.trim()).filter((each) => each !== '')
}

async function readFiles({ keyfile, certfile, ca_certs }: KmipOptions) {
  await checkMode(keyfile)
  const [key, cert, ca] = await Promise.all([
    read('keyfile', keyfile),
    read('certfile', certfile),
    read('ca_certs', ca_certs),
  ])
  return { key, cert, ca }
}

async function checkMode(keyfile: string): Promise<void> {
  const mode = await stat(keyfile).then(
    (found) => found.mode,
    () => 0,
  )
  if (process.platform === 'win32' || (mode & 0o077) === 0) return
  const octal = (mode & 0o777).toString(8).padStart(4, '0')
  throw new KeyManagerError(
    'invalid_argument',
    `open: keyfile ${keyfile} has mode ${octal}: others can get at it, make it 0600`,
  )
}

async function read(option: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new KeyManagerError('invalid_argument', `open: ${option} ${path} cannot be read`, { cause })
  }
}

function credentials({ username, password }: KmipOptions): Credential[] {
  if (username === undefined || password === undefined) return []
  return [{ credentialType: 'UsernameAndPassword', credentialValue: { username, password } }]
}
