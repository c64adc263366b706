import type { Command } from 'commander'
import type { Streams } from '../streams.ts'
import { addTimeout, fileArgument, subcommand } from './options.ts'

const actions = () => import('../actions/maintenance.ts')

/** `health`, and what only the local backend has: `backup`, `restore`, `purge`. */
export function addMaintenanceCommands(program: Command, streams: Streams): void {
  const health = subcommand(program, 'health', 'prove that the backend serves').action(async (_, command: Command) =>
    (await actions()).health(command.optsWithGlobals(), streams),
  )
  addTimeout(health)
  subcommand(program, 'backup', 'copy the local database while it is in use; keep the master key elsewhere')
    .addArgument(fileArgument('the copy, a new file of mode 0600'))
    .option('--force', 'replace the file')
    .action(async (file: string, _, command: Command) =>
      (await actions()).backup(file, command.optsWithGlobals(), streams),
    )
  subcommand(program, 'restore', 'put a backup where the local database is missing')
    .addArgument(fileArgument('what backup has written'))
    .action(async (file: string, _, command: Command) =>
      (await actions()).restore(file, command.optsWithGlobals(), streams),
    )
  subcommand(program, 'purge', 'delete expired objects of the local database, and print how many').action(
    async (_, command: Command) => (await actions()).purge(command.optsWithGlobals(), streams),
  )
}
