import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { installed } from './installed.ts'
import { memory, temporaryFolder } from './temporary-folder.ts'

const run = promisify(execFile)
const program = '/usr/bin/certutil'

/** NSS's own module, where Debian puts it. */
const nssLibrary = '/usr/lib/x86_64-linux-gnu/libsoftokn3.so'

/** Whether NSS is installed; where it must be (CI), its absence is a failure. */
export const nssInstalled = installed('libnss3 libnss3-tools', program, nssLibrary)

/** A database of NSS, and the options that open its token. */
export interface Nss {
  readonly options: Readonly<Record<string, unknown>>
  readonly close: () => Promise<void>
}

/** Makes a database in a fresh folder. */
export async function startNss(): Promise<Nss> {
  const { path, remove } = await temporaryFolder({ base: memory })
  const [folder, password] = [path(''), path('password')]
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
    close: remove,
  }
}
