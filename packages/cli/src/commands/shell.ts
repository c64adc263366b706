import { Argument, type Command } from 'commander'
import type { Streams } from '../streams.ts'
import { subcommand } from './options.ts'

const actions = () => import('../actions/shell.ts')

/** `completion` and `man`, which are made from the other commands. */
export function addShellCommands(program: Command, streams: Streams): void {
  subcommand(program, 'completion', 'write the script that completes this command in a shell')
    .addArgument(new Argument('<SHELL>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .action(async (shell: 'bash' | 'zsh' | 'fish', _, command: Command) =>
      (await actions()).completion(shell, program, command.optsWithGlobals(), streams),
    )
  subcommand(program, 'man', 'write the manual page').action(async (_, command: Command) =>
    (await actions()).man(program, command.optsWithGlobals(), streams),
  )
}
