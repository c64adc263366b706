import { Argument, type Command, Option } from 'commander'

const kinds = ['symmetric', 'public', 'private', 'certificate', 'passphrase', 'opaque']

/** The backends with short names, in the order in which the configuration's errors name them. */
export const apiClasses = ['local', 'pkcs11', 'kmip', 'barbican']

/** A command below `parent`; its examples follow its help. */
export function subcommand(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description)
}

export function kindOption(description: string): Option {
  return new Option('--kind <KIND>', description).choices(kinds)
}

export function formatOption(): Option {
  return new Option('--format <FORMAT>', 'of keys and certificates').choices(['raw', 'pem', 'jwk']).default('raw')
}

/** What a key or an object to be stored may be given beside its value. */
export function addObjectOptions(command: Command): void {
  command
    .option('--name <NAME>', 'a name, which need not be unique')
    .option('--expiration <TIME>', 'when it ceases to exist: ISO 8601 with its zone, as 2030-01-31T12:00:00Z')
    .option('--no-extractable', 'never give the value out again (keys only)')
}

/** One object: by its id, or by a name that no other has. */
export function addObjectChoice(command: Command): void {
  command
    .argument('[ID]', 'the id, as store and list print it')
    .option('--name <NAME>', 'by its name instead of its id; an error where several have it')
    .addOption(kindOption('with --name: only of this kind'))
}

/** For what calls a backend. */
export function addTimeout(command: Command): void {
  command.option('--timeout <MS>', 'how long it may take once the backend is open, in milliseconds')
}

export function fileArgument(description: string): Argument {
  return new Argument('<FILE>', description)
}
