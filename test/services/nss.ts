import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const program = '/usr/bin/certutil'

/** NSS's own module, where Debian puts it. */
const nssLibrary = '/usr/lib/x86_64-linux-gnu/libsoftokn3.so'

/** Whether NSS is installed; where it must be (CI), its absence is a failure. */
export const nssInstalled = existsSync(program) && existsSync(nssLibrary)
const hint = 'NSS is missing: apt-get install libnss3 libnss3-tools'

if (!nssInstalled && process.env['CI']) throw new Error(hint)
if (!nssInstalled) console.warn(`skipped: ${hint}`)

/** A database of NSS, and the options that open its token. */
export interface Nss {
  readonly options: Readonly<Record<string, unknown>>
  readonly close: () => Promise<void>
}

/** Makes a database in a fresh folder, in memory where there is a folder for that. */
export async function startNss(): Promise<Nss> {
  const memory = '/dev/shm'
  const folder = await mkdtemp(join(existsSync(memory) ? memory : tmpdir(), 'chatelaine-nss-'))
  const password = join(folder, 'password')
  const login = 'database password'
  await writeFile(password, `${login}\n`, { mode: 0o600 })
  await run(program, ['-N', '-d', `sql:${folder}`, '-f', password])
  return {
    options: {
      library_path: nssLibrary,
      initialize_args: `configdir='sql:${folder}' certPrefix='' keyPrefix='' secmod='secmod.db' flags=`,
      token_labels: ['NSS Certificate DB'],
      login,
    },
    close: () => rm(folder, { recursive: true, force: true }),
  }
}
