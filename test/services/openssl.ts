import { execFile } from 'node:child_process'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

/** Paths of a certificate and its key, PEM. */
export interface CertificateFiles {
  readonly cert: string
  readonly key: string
}

/** A certificate for 127.0.0.1 that signs itself and may sign others. */
export async function selfSigned(folder: string, name: string): Promise<CertificateFiles> {
  const files = filesOf(folder, name)
  const extensions = ['-addext', 'subjectAltName=IP:127.0.0.1']
  const made = ['req', '-x509', ...newKey, '-keyout', files.key, '-out', files.cert, '-days', '2']
  await run('openssl', [...made, '-subj', `/CN=${name}`, ...extensions])
  return files
}

/** One that `authority` signs, for `serverAuth` or `clientAuth`; its key is readable by its owner only, and by nobody writable. */
export async function signed(folder: string, name: string, usage: string, authority: CertificateFiles) {
  const files = filesOf(folder, name)
  const request = join(folder, `${name}.csr`)
  const extensions = join(folder, `${name}.ext`)
  await writeFile(extensions, `extendedKeyUsage=${usage}\nsubjectAltName=IP:127.0.0.1\n`)
  await run('openssl', ['req', ...newKey, '-keyout', files.key, '-out', request, '-subj', `/CN=${name}`])
  const by = ['-CA', authority.cert, '-CAkey', authority.key, '-CAcreateserial', '-days', '2']
  await run('openssl', ['x509', '-req', '-in', request, ...by, '-extfile', extensions, '-out', files.cert])
  await chmod(files.key, 0o400)
  return files
}

function filesOf(folder: string, name: string): CertificateFiles {
  return { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
}
