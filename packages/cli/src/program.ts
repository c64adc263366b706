import { Command, CommanderError } from 'commander'
import { type CommandNode, pathOf, commandTree as treeOf } from './command-tree.ts'
import { addConfigCommands } from './commands/config.ts'
import { addKeyCommands } from './commands/keys.ts'
import { addMaintenanceCommands } from './commands/maintenance.ts'
import { addObjectCommands } from './commands/objects.ts'
import { addShellCommands } from './commands/shell.ts'
import { exampleText } from './examples.ts'
import { exitCodes } from './exit-codes.ts'
import type { Telling } from './report.ts'
import { type Streams, writeAll, writeJson } from './streams.ts'
import { version } from './version.ts'

const description = `Stores, gets and deletes keys and secrets, in whatever the configuration names.
Objects never change: to rename or change one, store the new one, then delete the old one.`

/** Runs the command with `argv` (without node and script) and resolves to its exit status. */
export async function run(argv: readonly string[], streams: Streams): Promise<number> {
  const shown: Shown = { text: '' }
  const program = createProgram(streams, shown)
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return 0
  } catch (error) {
    const json = Boolean(program.opts().json) || argv.includes('--json')
    const { command } = shown
    try {
      if (error instanceof CommanderError && error.exitCode === 0) {
        await show(error, shown, json, streams)
        return 0
      }
      if (error instanceof CommanderError && error.code === 'commander.help' && !json) {
        await writeAll(streams.stderr, shown.text)
        return exitCodes.invalid_argument
      }
    } catch (failure) {
      return failed(failure, { json, command }, streams)
    }
    return failed(error, { json, command }, streams)
  }
}

// What is needed for errors only is loaded for errors only.
async function failed(error: unknown, telling: Telling, streams: Streams): Promise<number> {
  const { report } = await import('./report.ts')
  return report(error, telling, streams)
}

/** All commands, options and examples. */
export function commandTree(): CommandNode {
  return treeOf(createProgram(process, { text: '' }))
}

/** What commander has to say, and of which command. */
interface Shown {
  text: string
  command?: Command
}

async function show(
  error: CommanderError,
  { text, command }: Shown,
  json: boolean,
  { stdout }: Streams,
): Promise<void> {
  if (!json) return writeAll(stdout, text)
  const isVersion = error.code === 'commander.version' || command === undefined
  await writeJson(stdout, isVersion ? { version: version() } : treeOf(command))
}

function createProgram(streams: Streams, shown: Shown): Command {
  const { stdout } = streams
  const program = new Command('chatelaine')
    .description(description)
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show the help of a command')
    .option('-c, --config <FILE>', 'the configuration (default: $CHATELAINE_CONFIG, then ./chatelaine.conf)')
    .option('-p, --project <ID>', 'the project on whose behalf to act')
    .option('-m, --manager <NAME>', 'which manager of a configuration with several')
    .option('--json', 'write JSON: results to standard output, errors to standard error')
    .version(version(), '-V, --version', 'show the version')
    .configureOutput({
      writeOut: (text) => void (shown.text += text),
      writeErr: (text) => void (shown.text += text),
      outputError: () => {},
      getOutHelpWidth: () => (stdout.isTTY && stdout.columns) || 80,
      getErrHelpWidth: () => (stdout.isTTY && stdout.columns) || 80,
    })
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
  addObjectCommands(program, streams)
  addKeyCommands(program, streams)
  addMaintenanceCommands(program, streams)
  addConfigCommands(program, streams)
  addShellCommands(program, streams)
  for (const each of [program, ...program.commands]) {
    each.hook('preSubcommand', (_, command) => void (shown.command = command))
  }
  program.on('beforeAllHelp', ({ command }: { command: Command }) => void (shown.command = command))
  program.addHelpText('afterAll', ({ command }) => exampleText(pathOf(command)))
  return program
}
