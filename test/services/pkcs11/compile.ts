import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { installed } from '../installed.ts'

const run = promisify(execFile)
const headers = '/usr/include/p11-kit-1'

/** Whether C programs against PKCS#11 can be built; where they must be (CI), a missing part is a failure. */
export const canCompile = installed('gcc libc6-dev libp11-kit-dev', `${headers}/p11-kit/pkcs11.h`, '/usr/bin/cc')

/** Builds `target` from a C source beside the tests. */
export async function compile(source: URL, target: string, ...flags: readonly string[]): Promise<string> {
  await run('/usr/bin/cc', ['-O2', '-Wall', ...flags, `-I${headers}`, '-o', target, source.pathname, '-ldl'])
  return target
}
