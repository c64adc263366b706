import { checkConfig, configSchema, sampleConfig } from 'chatelaine'
import { type Streams, writeAll, writeJson } from '../streams.ts'
import { configPath, type GlobalFlags, readConfig } from './session.ts'

/** `chatelaine config check`: reads the configuration as opening would, without opening anything. */
export async function configCheck(flags: GlobalFlags, { stdout }: Streams): Promise<void> {
  const { apiClass, notices } = await checkConfig(await readConfig(flags), { manager: flags.manager })
  const answer = { config: configPath(flags), apiClass: apiClass.section, notices }
  const lines = [`${answer.config}: ok, ${answer.apiClass}`, ...notices.map((notice) => `notice: ${notice}`)]
  await (flags.json ? writeJson(stdout, answer) : writeAll(stdout, `${lines.join('\n')}\n`))
}

/** `chatelaine config sample [API_CLASS]`: a configuration file with every option explained. */
export async function configSample(apiClass = 'local', flags: GlobalFlags, { stdout }: Streams): Promise<void> {
  const sample = await sampleConfig(apiClass)
  await (flags.json ? writeJson(stdout, { apiClass, sample }) : writeAll(stdout, sample))
}

/** `chatelaine config schema`: a JSON Schema of configurations in YAML or JSON. */
export async function configJsonSchema({ stdout }: Streams): Promise<void> {
  await writeAll(stdout, `${JSON.stringify(await configSchema(), null, 2)}\n`)
}
