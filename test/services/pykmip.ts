import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { installed } from './installed.ts'
import { type Certificates, makeCertificates } from './kmip-certificates.ts'
import { temporaryFolder } from './temporary-folder.ts'

const python = '/usr/bin/python3'
const program = '/usr/bin/pykmip-server'

/** Whether PyKMIP's server is installed; where it must be (CI), its absence is a failure. */
export const pykmipInstalled = installed('python3-pykmip', program)

/** A PyKMIP server with a database of its own. */
export interface PyKmip {
  readonly port: number
  readonly folder: string
  readonly certificates: Certificates
  /** The PEM texts that a client needs to connect as `client1`. */
  readonly tls: { readonly ca: string; readonly cert: string; readonly key: string }
  /** Kills the server and starts it again on the same port and database. */
  restart(): Promise<void>
  /** Kills the server. */
  kill(): Promise<void>
  /** Starts it after `kill`. */
  start(): Promise<void>
  /** Runs a Python script with PyKMIP at hand; gives what it printed. `KMIP_PORT`, `KMIP_CA`, `KMIP_CERT`, `KMIP_KEY` are set. */
  python(script: string): Promise<string>
  /** Stops the server and removes its folder. */
  close(): Promise<void>
}

/** Starts PyKMIP's server on a free port of 127.0.0.1, with new certificates and an empty database. */
export async function startPyKmip(options: { serverKey?: 'ec' | 'rsa' } = {}): Promise<PyKmip> {
  // The server keeps objects in the clear.
  const { path, remove } = await temporaryFolder({ plain: ['pykmip.db'] })
  const folder = path('')
  const certificates = await makeCertificates(folder)
  const port = await freePort()
  await writeConfiguration(
    folder,
    port,
    certificates,
    options.serverKey === 'rsa' ? certificates.serverRsa : certificates.server,
  )
  const { ca, client } = certificates
  const [caText, cert, key] = await Promise.all([ca, client.cert, client.key].map((path) => readFile(path, 'utf8')))
  const environment = {
    ...process.env,
    KMIP_PORT: String(port),
    KMIP_CA: ca,
    KMIP_CERT: client.cert,
    KMIP_KEY: client.key,
  }
  let server: ChildProcess | undefined
  const start = async () => {
    server = await launch(folder, port)
  }
  const kill = async () => stop(server)
  await start()
  return {
    port,
    folder,
    certificates,
    tls: { ca: caText ?? '', cert: cert ?? '', key: key ?? '' },
    start,
    kill,
    async restart() {
      await kill()
      await start()
    },
    python: (script) => runPython(script, environment),
    async close() {
      await kill()
      await remove()
    },
  }
}

async function writeConfiguration(
  folder: string,
  port: number,
  certificates: Certificates,
  server: { cert: string; key: string },
) {
  await mkdir(join(folder, 'policy'))
  const lines = [
    '[server]',
    'hostname=127.0.0.1',
    `port=${port}`,
    `certificate_path=${server.cert}`,
    `key_path=${server.key}`,
    `ca_path=${certificates.ca}`,
    'auth_suite=TLS1.2',
    `policy_path=${join(folder, 'policy')}`,
    'enable_tls_client_auth=True',
    'logging_level=WARNING',
    `database_path=${join(folder, 'pykmip.db')}`,
  ]
  await writeFile(join(folder, 'server.conf'), `${lines.join('\n')}\n`)
}

// A process group of its own: the server starts two processes that would outlive it.
async function launch(folder: string, port: number): Promise<ChildProcess> {
  const args = ['-W', 'ignore', program, '-f', join(folder, 'server.conf'), '-l', join(folder, 'server.log')]
  const child = spawn(python, args, { detached: true, stdio: 'ignore' })
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null)
      throw new Error(`pykmip-server ended with ${child.exitCode}; see ${join(folder, 'server.log')}`)
    if (await listens(port)) return child
    await delay(50)
  }
  throw new Error('pykmip-server does not listen after 30 s')
}

async function stop(child: ChildProcess | undefined): Promise<void> {
  if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  process.kill(-child.pid, 'SIGKILL')
  await ended
}

async function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

async function runPython(script: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(python, ['-W', 'ignore', '-'], { env, stdio: ['pipe', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk.toString()
  })
  child.stdin.end(script)
  const code = await new Promise((resolve) => child.once('close', resolve))
  if (code !== 0) throw new Error(`python ended with ${String(code)}: ${errors.slice(-2000)}`)
  return output
}
