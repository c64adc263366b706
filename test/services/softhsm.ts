import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** SoftHSM's module, where Debian puts it. */
export const softHsmLibrary = '/usr/lib/softhsm/libsofthsm2.so'
const utility = '/usr/bin/softhsm2-util'

/** Whether SoftHSM is installed; where it must be (CI), its absence is a failure. */
export const softHsmInstalled = existsSync(softHsmLibrary) && existsSync(utility)
const hint = 'SoftHSM is missing: apt-get install softhsm2'

if (!softHsmInstalled && process.env['CI']) throw new Error(hint)
if (!softHsmInstalled) console.warn(`skipped: ${hint}`)

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

/**
 * Makes a folder with one token for each label, in memory where there is a folder for that, and sets SOFTHSM2_CONF for this
 * process and what it starts.
 */
export async function startSoftHsm(...labels: readonly string[]): Promise<SoftHsm> {
  const memory = '/dev/shm'
  const folder = await mkdtemp(join(existsSync(memory) ? memory : tmpdir(), 'chatelaine-softhsm-'))
  const configuration = await configure(folder)
  const environment = { ...process.env, SOFTHSM2_CONF: configuration }
  const hsm: SoftHsm = {
    configuration,
    folder,
    async addToken(label) {
      const pins = ['--so-pin', securityOfficerPin, '--pin', pin]
      await run(utility, ['--init-token', '--free', '--label', label, ...pins], { env: environment })
    },
    run: async (program, ...args) => (await run(program, args, { env: environment })).stdout,
    close: () => rm(folder, { recursive: true, force: true }),
  }
  for (const label of labels) await hsm.addToken(label)
  process.env['SOFTHSM2_CONF'] = configuration
  return hsm
}

async function configure(folder: string): Promise<string> {
  const tokens = join(folder, 'tokens')
  await mkdir(tokens, { mode: 0o700 })
  const path = join(folder, 'softhsm2.conf')
  const lines = [`directories.tokendir = ${tokens}`, 'objectstore.backend = file', 'log.level = ERROR']
  await writeFile(path, `${lines.join('\n')}\n`)
  return path
}
