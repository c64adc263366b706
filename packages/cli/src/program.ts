import { KeyManagerError } from 'chatelaine'
import { Command, CommanderError, Option } from 'commander'
import { exitCodes } from './exit-codes.ts'
import { backup, configCheck, configJsonSchema, configSample, purge, restore } from './maintenance-commands.ts'
import { createKey, createKeyPair, describe, get, health, list, remove, store } from './object-commands.ts'
import { type Streams, writeAll } from './streams.ts'

const kinds = ['symmetric', 'public', 'private', 'certificate', 'passphrase', 'opaque']

/** Runs the command with `argv` (without node and script) and resolves to its exit status. */
export async function run(argv: readonly string[], streams: Streams): Promise<number> {
  const program = createProgram(streams)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.invalid_argument
    return report(error, Boolean(program.opts().json), streams)
  }
}

async function report(error: unknown, json: boolean, { stderr }: Streams): Promise<number> {
  const known = KeyManagerError.is(error) ? error : undefined
  const message = known?.message ?? `unexpected ${error instanceof Error ? error.name : 'error'}`
  const code = known?.code ?? 'unknown'
  const text = json ? JSON.stringify({ error: { code, message } }) : `chatelaine: ${message} (${code})`
  await writeAll(stderr, `${text}\n`)
  return exitCodes[code] ?? exitCodes.unknown
}

const examples = `
Examples:
  printf 'correct horse' | chatelaine store --kind passphrase --name 'db password'
  chatelaine get --name 'db password'
  chatelaine create-key --algorithm AES --bit-length 256
  chatelaine list --kind symmetric --json

Objects never change: to rename or replace one, store the new one and delete the old one.`

function createProgram(streams: Streams): Command {
  const program = new Command('chatelaine')
    .description('Stores, gets and deletes keys and secrets, in whatever the configuration names.')
    .option('-c, --config <FILE>', 'the configuration (default: $CHATELAINE_CONFIG, then ./chatelaine.conf)')
    .option('-p, --project <ID>', 'the project on whose behalf to act')
    .option('-m, --manager <NAME>', 'which manager of a configuration with several')
    .option('--json', 'write JSON')
    .configureOutput({
      writeOut: (text) => void streams.stdout.write(text),
      writeErr: (text) => void streams.stderr.write(text),
    })
    .exitOverride()
    .showHelpAfterError('(chatelaine help COMMAND says more)')
  program.addHelpText('after', examples)
  addObjectCommands(program, streams)
  addKeyCommands(program, streams)
  addMaintenanceCommands(program, streams)
  return program
}

function addObjectCommands(program: Command, streams: Streams): void {
  subcommand(program, 'store', 'store a value and print its id')
    .addOption(new Option('--kind <KIND>', 'what it is').choices(kinds).makeOptionMandatory())
    .option('--in <FILE>', 'read the value from a file instead of standard input')
    .option('--name <NAME>', 'a name, which need not be unique')
    .option('--algorithm <NAME>', 'for a key that does not tell it itself')
    .option('--expiration <TIME>', 'when it ceases to exist, such as 2030-01-31T12:00:00Z')
    .option('--no-extractable', 'never give the value out again (keys only)')
    .option('--id <ID>', 'the id to store it under')
    .action((_, command: Command) => store(command.optsWithGlobals(), streams))
  subcommand(program, 'get', 'write the bare value of an object')
    .argument('[id]')
    .option('--name <NAME>', 'by its name instead of its id; an error where several have it')
    .option('--out <FILE>', 'write to a new file of mode 0600 instead of standard output')
    .option('--force', 'replace the file of --out')
    .option('--reveal', 'show the value although standard output is a terminal')
    .addOption(
      new Option('--format <FORMAT>', 'of keys and certificates').choices(['raw', 'pem', 'jwk']).default('raw'),
    )
    .action((id: string | undefined, _, command: Command) => get(id, command.optsWithGlobals(), streams))
  subcommand(program, 'describe', 'show all about an object but its value')
    .argument('<id>')
    .action((id: string, _, command: Command) => describe(id, command.optsWithGlobals(), streams))
  subcommand(program, 'list', 'list objects')
    .addOption(new Option('--kind <KIND>', 'only this kind').choices(kinds))
    .option('--name <NAME>', 'only this name')
    .option('--algorithm <NAME>', 'only this algorithm')
    .option('--limit <N>', 'at most so many')
    .option('--after <ID>', 'go on after this one')
    .action((_, command: Command) => list(command.optsWithGlobals(), streams))
  subcommand(program, 'delete', 'delete an object')
    .argument('<id>')
    .option('--force', 'although consumers are registered')
    .action((id: string, _, command: Command) => remove(id, command.optsWithGlobals()))
}

function addKeyCommands(program: Command, streams: Streams): void {
  const creating = [
    subcommand(program, 'create-key', 'make a symmetric key and print its id').action((_, command: Command) =>
      createKey(command.optsWithGlobals(), streams),
    ),
    subcommand(program, 'create-key-pair', 'make a key pair and print two ids: private, public').action(
      (_, command: Command) => createKeyPair(command.optsWithGlobals(), streams),
    ),
  ]
  for (const command of creating) {
    command
      .requiredOption('--algorithm <NAME>', 'such as AES, HMAC-SHA256; RSA, EC, Ed25519')
      .option('--bit-length <N>', 'required where the algorithm has several')
      .option('--name <NAME>', 'a name, which need not be unique')
      .option('--expiration <TIME>', 'when it ceases to exist, such as 2030-01-31T12:00:00Z')
      .option('--no-extractable', 'never give the (private) key out')
  }
  subcommand(program, 'health', 'prove that the backend serves').action((_, command: Command) =>
    health(command.optsWithGlobals(), streams),
  )
}

function addMaintenanceCommands(program: Command, streams: Streams): void {
  subcommand(program, 'backup', 'copy the local database while it is in use; keep the master key elsewhere')
    .argument('<file>')
    .option('--force', 'replace the file')
    .action((file: string, _, command: Command) => backup(file, command.optsWithGlobals()))
  subcommand(program, 'restore', 'put a backup where the local database is missing')
    .argument('<file>')
    .action((file: string, _, command: Command) => restore(file, command.optsWithGlobals()))
  subcommand(program, 'purge', 'delete expired objects of the local database').action((_, command: Command) =>
    purge(command.optsWithGlobals(), streams),
  )
  const config = subcommand(program, 'config', 'check a configuration, or write a sample')
  subcommand(config, 'check', 'check the configuration without opening anything').action((_, command: Command) =>
    configCheck(command.optsWithGlobals(), streams),
  )
  subcommand(config, 'sample', 'write a configuration with every option explained')
    .argument('[api_class]')
    .action((apiClass: string | undefined) => configSample(apiClass, streams))
  subcommand(config, 'schema', 'write a JSON Schema of YAML and JSON configurations, for editors').action(() =>
    configJsonSchema(streams),
  )
}

function subcommand(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description)
}
