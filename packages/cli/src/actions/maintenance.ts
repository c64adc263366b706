import type { LocalDriver } from '@chatelaine/local'
import { checkConfig, configSchema, KeyManagerError, openConfiguredDriver, sampleConfig } from 'chatelaine'
import { configPath, type GlobalFlags, readConfig } from './session.ts'
import { type Streams, writeAll } from './streams.ts'

/** `chatelaine backup FILE`: a consistent copy of the local database, made while others go on working. */
export async function backup(file: string, flags: GlobalFlags & { force?: boolean }): Promise<void> {
  await withLocalDriver('backup', flags, (driver) => driver.backup(file, { replace: flags.force }))
}

/** `chatelaine restore FILE`: puts a backup in the place of a local database that is not there any more. */
export async function restore(file: string, flags: GlobalFlags): Promise<void> {
  const { restoreDatabase, LocalDriver } = await import('@chatelaine/local')
  const { driverClass, options } = await checkConfig(await readConfig(flags), { manager: flags.manager })
  if (driverClass !== LocalDriver) throw notLocal('restore')
  await restoreDatabase(file, LocalDriver.options.parse(options))
}

/** `chatelaine purge`: deletes expired objects of the local database; prints how many. */
export async function purge(flags: GlobalFlags, streams: Streams): Promise<void> {
  const purged = await withLocalDriver('purge', flags, (driver) => driver.purge())
  await writeAll(streams.stdout, flags.json ? `${JSON.stringify({ purged })}\n` : `${purged}\n`)
}

/** `chatelaine config check`: reads the configuration as opening would, without opening anything. */
export async function configCheck(flags: GlobalFlags, streams: Streams): Promise<void> {
  const { apiClass } = await checkConfig(await readConfig(flags), { manager: flags.manager })
  const answer = { config: configPath(flags), apiClass: apiClass.section }
  await writeAll(
    streams.stdout,
    flags.json ? `${JSON.stringify(answer)}\n` : `${answer.config}: ok, ${answer.apiClass}\n`,
  )
}

/** `chatelaine config sample [API_CLASS]`: a configuration file with every option explained. */
export async function configSample(apiClass: string | undefined, streams: Streams): Promise<void> {
  await writeAll(streams.stdout, await sampleConfig(apiClass))
}

/** `chatelaine config schema`: a JSON Schema of configurations in YAML or JSON. */
export async function configJsonSchema(streams: Streams): Promise<void> {
  await writeAll(streams.stdout, `${JSON.stringify(await configSchema(), null, 2)}\n`)
}

async function withLocalDriver<Result>(
  operation: string,
  flags: GlobalFlags,
  work: (driver: LocalDriver) => Promise<Result>,
): Promise<Result> {
  const { LocalDriver } = await import('@chatelaine/local')
  const driver = await openConfiguredDriver(await readConfig(flags), { manager: flags.manager })
  try {
    if (!(driver instanceof LocalDriver)) throw notLocal(operation)
    return await work(driver)
  } finally {
    await driver.close()
  }
}

function notLocal(operation: string): KeyManagerError {
  const message = `${operation}: only the local backend has it; other backends are backed up by their own means`
  return new KeyManagerError('unsupported', message)
}
