import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { softHsmLibrary } from '../softhsm.ts'
import { compile } from './compile.ts'

/** SoftHSM behind a module that fails when it is told to. */
export interface FaultyModule {
  readonly library: string
  /** From now on the next call of `fn` does `action`, once, or each with ` always` after it: see faulty-module.c. */
  readonly fail: (fn: string, action: string) => Promise<void>
  readonly heal: () => Promise<void>
  /** How many times C_Login was called since this was asked last. */
  readonly logins: () => Promise<number>
}

/** Builds the module in `folder`, and sets its variables for this process and what it starts. */
export async function buildFaultyModule(folder: string): Promise<FaultyModule> {
  const control = join(folder, 'fault')
  const log = join(folder, 'log')
  const library = join(folder, 'faulty-module.so')
  let counted = 0
  await compile(new URL('faulty-module.c', import.meta.url), library, '-shared', '-fPIC')
  Object.assign(process.env, { FAULTY_MODULE: softHsmLibrary, FAULTY_CONTROL: control, FAULTY_LOG: log })
  return {
    library,
    async fail(fn, action) {
      await writeFile(`${control}.new`, `${fn} ${action}\n`)
      await rename(`${control}.new`, control)
    },
    heal: () => rm(control, { force: true }),
    // The log is never emptied: a login that came between the reading and that would be counted by nobody.
    async logins() {
      const text = await readFile(log, 'utf8').catch(() => '')
      const all = text.split('\n').length - 1
      const fresh = all - counted
      counted = all
      return fresh
    },
  }
}
