import { type Context, type KeyManager, KeyManagerError, openKeyManager, readConfigFile, type Source } from 'chatelaine'
import type { Streams } from '../streams.ts'

/** The options that every command takes, and the time limit of those that call a backend. */
export interface GlobalFlags {
  readonly config?: string
  readonly project?: string
  readonly json?: boolean
  readonly manager?: string
  readonly timeout?: string
}

/** The configuration file: `--config`, else CHATELAINE_CONFIG, else ./chatelaine.conf. */
export function configPath({ config }: GlobalFlags): string {
  return config ?? process.env.CHATELAINE_CONFIG ?? 'chatelaine.conf'
}

/** The configuration as it is written. */
export function readConfig(flags: GlobalFlags): Promise<Source> {
  return readConfigFile(configPath(flags))
}

/** Opens the key manager, lets `work` use it until `--timeout` or the signal ends it, and closes it whatever happens. */
export async function withKeys<Result>(
  flags: GlobalFlags,
  { signal }: Streams,
  work: (keys: KeyManager, context: Context) => Promise<Result>,
): Promise<Result> {
  const timeoutMs = parseTimeout(flags.timeout)
  const keys = await openKeyManager.fromFile(configPath(flags), { manager: flags.manager })
  try {
    const signals = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)]
    return await work(keys, {
      ...(flags.project !== undefined && { projectId: flags.project }),
      signal: AbortSignal.any(signals.filter((each) => each !== undefined)),
    })
  } finally {
    await keys.close()
  }
}

function parseTimeout(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const timeoutMs = Number(text)
  if (/^\d+$/.test(text) && timeoutMs > 0 && timeoutMs < 2 ** 31) return timeoutMs
  throw new KeyManagerError('invalid_argument', '--timeout is a whole number of milliseconds, at least 1')
}
