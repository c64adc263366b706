import type { Command } from 'commander'
import type { Streams } from '../streams.ts'
import { subcommand } from './options.ts'

const actions = () => import('../actions/config.ts')

/** `config check`, `config sample`, `config schema`. */
export function addConfigCommands(program: Command, streams: Streams): void {
  const config = subcommand(program, 'config', 'check a configuration, or write a sample').helpCommand(false)
  subcommand(config, 'check', 'check the configuration without opening anything').action(async (_, command: Command) =>
    (await actions()).configCheck(command.optsWithGlobals(), streams),
  )
  subcommand(config, 'sample', 'write a configuration with every option explained')
    .argument('[API_CLASS]', 'the backend: local (the default), pkcs11, kmip, barbican or package/Export')
    .action(async (apiClass: string | undefined, _, command: Command) =>
      (await actions()).configSample(apiClass, command.optsWithGlobals(), streams),
    )
  subcommand(config, 'schema', 'write a JSON Schema of YAML and JSON configurations, for editors').action(async () =>
    (await actions()).configJsonSchema(streams),
  )
}
