import type { LocalDriver } from '@chatelaine/local'
import { checkConfig, KeyManagerError, openConfiguredDriver } from 'chatelaine'
import { type Streams, writeAll, writeJson } from '../streams.ts'
import { type GlobalFlags, readConfig, withKeys } from './session.ts'

/** `chatelaine health`: says ok, or fails. */
export async function health(flags: GlobalFlags, streams: Streams): Promise<void> {
  await withKeys(flags, streams, (keys, context) => keys.health(context))
  await (flags.json ? writeJson(streams.stdout, { status: 'ok' }) : writeAll(streams.stdout, 'ok\n'))
}

/** `chatelaine backup FILE`: a consistent copy of the local database, made while others go on working. */
export async function backup(file: string, flags: GlobalFlags & { force?: boolean }, streams: Streams): Promise<void> {
  const { signal } = streams
  await withLocalDriver('backup', flags, (driver) => driver.backup(file, { replace: flags.force, signal }))
  if (flags.json) await writeJson(streams.stdout, { backup: file })
}

/** `chatelaine restore FILE`: puts a backup in the place of a local database that is not there any more. */
export async function restore(file: string, flags: GlobalFlags, { stdout }: Streams): Promise<void> {
  const { restoreDatabase, LocalDriver } = await import('@chatelaine/local')
  const { driverClass, options } = await checkConfig(await readConfig(flags), { manager: flags.manager })
  if (driverClass !== LocalDriver) throw notLocal('restore')
  await restoreDatabase(file, LocalDriver.options.parse(options))
  if (flags.json) await writeJson(stdout, { restored: file })
}

/** `chatelaine purge`: deletes expired objects of the local database; prints how many. */
export async function purge(flags: GlobalFlags, { stdout }: Streams): Promise<void> {
  const purged = await withLocalDriver('purge', flags, (driver) => driver.purge())
  await (flags.json ? writeJson(stdout, { purged }) : writeAll(stdout, `${purged}\n`))
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
  } catch (error) {
    if (KeyManagerError.is(error)) throw error
    const { code, message } = LocalDriver.classify(error)
    throw new KeyManagerError(code, `${operation}: ${message}`, { cause: error })
  } finally {
    await driver.close()
  }
}

function notLocal(operation: string): KeyManagerError {
  const message = `${operation}: only the local backend has it; other backends are backed up by their own means`
  return new KeyManagerError('unsupported', message)
}
