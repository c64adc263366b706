import { execFile } from 'node:child_process'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const P256 = ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256']

/** Paths of what one CA has issued for 127.0.0.1, and of a client that it has not. Keys are 0600. */
export interface Certificates {
  readonly ca: string
  readonly server: CertificatePair
  readonly serverRsa: CertificatePair
  /** Common name `client1`: PyKMIP's owner of what it stores. */
  readonly client: CertificatePair
  /** Common name `client2`. */
  readonly other: CertificatePair
  /** Signed by itself. */
  readonly stranger: CertificatePair
}

/** Paths of a certificate and its key, PEM. */
export interface CertificatePair {
  readonly cert: string
  readonly key: string
}

/** Makes a CA and its certificates in `folder`. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const ca = join(folder, 'ca.pem')
  await selfSigned(folder, 'ca', ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'])
  await selfSigned(folder, 'stranger', ['extendedKeyUsage=clientAuth'])
  const [server, serverRsa, client, other] = await Promise.all([
    issue(folder, 'server', 'localhost', 'serverAuth', P256),
    issue(folder, 'server-rsa', 'localhost', 'serverAuth', ['rsa:2048']),
    issue(folder, 'client', 'client1', 'clientAuth', P256),
    issue(folder, 'other', 'client2', 'clientAuth', P256),
  ])
  return { ca, server, serverRsa, client, other, stranger: pair(folder, 'stranger') }
}

function pair(folder: string, name: string): CertificatePair {
  return { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
}

async function selfSigned(folder: string, name: string, extensions: readonly string[]): Promise<void> {
  const { cert, key } = pair(folder, name)
  const added = extensions.flatMap((extension) => ['-addext', extension])
  const files = ['-keyout', key, '-out', cert]
  await run('openssl', [
    'req',
    '-x509',
    '-newkey',
    ...P256,
    '-nodes',
    '-days',
    '30',
    '-subj',
    `/CN=${name}`,
    ...added,
    ...files,
  ])
  await chmod(key, 0o600)
}

async function issue(folder: string, name: string, subject: string, usage: string, newKey: readonly string[]) {
  const { cert, key } = pair(folder, name)
  const [request, extensions] = [join(folder, `${name}.csr`), join(folder, `${name}.ext`)]
  const lines = [
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature,keyEncipherment',
    `extendedKeyUsage=${usage}`,
    'subjectAltName=IP:127.0.0.1,DNS:localhost',
  ]
  await writeFile(extensions, `${lines.join('\n')}\n`)
  await run('openssl', [
    'req',
    '-newkey',
    ...newKey,
    '-nodes',
    '-subj',
    `/CN=${subject}`,
    '-keyout',
    key,
    '-out',
    request,
  ])
  const authority = ['-CA', join(folder, 'ca.pem'), '-CAkey', join(folder, 'ca.key'), '-set_serial', `0x${serial()}`]
  await run('openssl', [
    'x509',
    '-req',
    '-in',
    request,
    ...authority,
    '-days',
    '30',
    '-extfile',
    extensions,
    '-out',
    cert,
  ])
  await chmod(key, 0o600)
  return { cert, key }
}

function serial(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex')
}
