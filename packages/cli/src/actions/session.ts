import { type Context, type KeyManager, openKeyManager, readConfigFile, type Source } from 'chatelaine'

/** The options that every command takes. */
export interface GlobalFlags {
  readonly config?: string
  readonly project?: string
  readonly json?: boolean
  readonly manager?: string
}

/** The configuration file: `--config`, else CHATELAINE_CONFIG, else ./chatelaine.conf. */
export function configPath({ config }: GlobalFlags): string {
  return config ?? process.env.CHATELAINE_CONFIG ?? 'chatelaine.conf'
}

/** The configuration as it is written. */
export function readConfig(flags: GlobalFlags): Promise<Source> {
  return readConfigFile(configPath(flags))
}

/** Opens the key manager, lets `work` use it, and closes it whatever happens. */
export async function withKeys<Result>(
  flags: GlobalFlags,
  work: (keys: KeyManager, context: Context) => Promise<Result>,
): Promise<Result> {
  const keys = await openKeyManager.fromFile(configPath(flags), { manager: flags.manager })
  try {
    return await work(keys, flags.project === undefined ? {} : { projectId: flags.project })
  } finally {
    await keys.close()
  }
}
