import { execFile } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { installed } from './installed.ts'
import { memory, temporaryFolder } from './temporary-folder.ts'

const run = promisify(execFile)

/** SoftHSM's module, where Debian puts it. */
export const softHsmLibrary = '/usr/lib/softhsm/libsofthsm2.so'
const utility = '/usr/bin/softhsm2-util'

/** Whether SoftHSM is installed; where it must be (CI), its absence is a failure. */
export const softHsmInstalled = installed('softhsm2', softHsmLibrary, utility)

export const pin = '1234'
const securityOfficerPin = '12345678'

/** A folder of SoftHSM tokens. */
export interface SoftHsm {
  /** The value of SOFTHSM2_CONF. */
  readonly configuration: string
  readonly folder: string
  /** Makes another token with that label and the PIN of all tokens here. */
  readonly addToken: (label: string) => Promise<void>
  /** Runs a program that uses these tokens; gives what it printed. */
  readonly run: (program: string, ...args: string[]) => Promise<string>
  readonly close: () => Promise<void>
}

/** Makes a folder with one token for each label, and sets SOFTHSM2_CONF for this process and what it starts. */
export async function startSoftHsm(...labels: readonly string[]): Promise<SoftHsm> {
  // key.pem is what a test has another program import.
  const { path, remove } = await temporaryFolder({ base: memory, plain: ['key.pem'] })
  const configuration = await configure(path)
  const environment = { ...process.env, SOFTHSM2_CONF: configuration }
  const hsm: SoftHsm = {
    configuration,
    folder: path(''),
    async addToken(label) {
      const pins = ['--so-pin', securityOfficerPin, '--pin', pin]
      await run(utility, ['--init-token', '--free', '--label', label, ...pins], { env: environment })
    },
    run: async (program, ...args) => (await run(program, args, { env: environment })).stdout,
    close: remove,
  }
  for (const label of labels) await hsm.addToken(label)
  process.env['SOFTHSM2_CONF'] = configuration
  return hsm
}

async function configure(path: (name: string) => string): Promise<string> {
  await mkdir(path('tokens'), { mode: 0o700 })
  const lines = [`directories.tokendir = ${path('tokens')}`, 'objectstore.backend = file', 'log.level = ERROR']
  await writeFile(path('softhsm2.conf'), `${lines.join('\n')}\n`)
  return path('softhsm2.conf')
}
