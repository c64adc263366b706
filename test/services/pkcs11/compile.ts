import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)
const headers = '/usr/include/p11-kit-1'

/** Whether C programs against PKCS#11 can be built; where they must be (CI), a missing part is a failure. */
export const canCompile = existsSync(`${headers}/p11-kit/pkcs11.h`) && existsSync('/usr/bin/cc')
const hint = 'a C compiler or the headers of PKCS#11 are missing: apt-get install gcc libc6-dev libp11-kit-dev'

if (!canCompile && process.env['CI']) throw new Error(hint)
if (!canCompile) console.warn(`skipped: ${hint}`)

/** Builds `target` from a C source beside the tests. */
export async function compile(source: URL, target: string, ...flags: readonly string[]): Promise<string> {
  await run('/usr/bin/cc', ['-O2', '-Wall', ...flags, `-I${headers}`, '-o', target, source.pathname, '-ldl'])
  return target
}
