import { type ErrorCode, type KeyManager, KeyManagerError } from '@chatelaine/core'

/** The code of the KeyManagerError that `work` fails with, or `none`; any other error is thrown on. */
export async function codeOf(work: Promise<unknown>): Promise<ErrorCode | 'none'> {
  try {
    await work
    return 'none'
  } catch (error) {
    if (KeyManagerError.is(error)) return error.code
    throw error
  }
}

/** The names of all objects that are listed. */
export async function names(keys: KeyManager): Promise<(string | undefined)[]> {
  const found: (string | undefined)[] = []
  for await (const info of keys.list({})) found.push(info.name)
  return found
}
