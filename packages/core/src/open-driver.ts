import type { Driver, DriverClass, DriverTools } from './driver.ts'
import { KeyManagerError } from './errors.ts'
import type { OptionsIssue } from './schema.ts'
import { warn } from './warn.ts'

const noTools: DriverTools = {
  openDriver(apiClass) {
    const message = `open ${apiClass}: drivers can open others only when they are opened from a configuration`
    return Promise.reject(new KeyManagerError('invalid_argument', message))
  },
}

/** Validates `options` against the schema of `driverClass` and opens it; every failure is a KeyManagerError. */
export async function openDriver<Options>(
  driverClass: DriverClass<Options>,
  options: unknown,
  tools: DriverTools = noTools,
): Promise<Driver> {
  const result = await driverClass.options['~standard'].validate(options)
  if (result.issues) throw new KeyManagerError('invalid_argument', `open: ${result.issues.map(issueText).join('; ')}`)
  for (const warning of driverClass.warnings?.(result.value) ?? []) warn(warning)
  try {
    return await driverClass.open(result.value, tools)
  } catch (error) {
    throw classifyWith((cause) => driverClass.classify(cause), 'open', error)
  }
}

/** The KeyManagerError for whatever a driver has thrown; one that is such an error already is given back as it is. */
export function classifyWith(
  classify: DriverClass['classify'],
  operation: string,
  error: unknown,
  id?: string,
): KeyManagerError {
  if (KeyManagerError.is(error)) return error
  const { code, retryable, message } = classify(error)
  const where = id === undefined ? operation : `${operation} ${JSON.stringify(id)}`
  return new KeyManagerError(code, `${where}: ${message ?? code.replaceAll('_', ' ')}`, { cause: error, retryable })
}

/** One validation issue as `option: what is wrong`. */
export function issueText({ path = [], message }: OptionsIssue): string {
  const keys = path.map((segment) => String(typeof segment === 'object' ? segment.key : segment))
  return keys.length === 0 ? message : `${keys.join('.')}: ${message}`
}
