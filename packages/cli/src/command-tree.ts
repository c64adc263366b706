import type { Argument, Command, Option } from 'commander'
import { type Example, examples } from './examples.ts'

/** An argument of a command. */
export interface ArgumentNode {
  readonly name: string
  readonly description: string
  readonly required: boolean
  readonly choices?: readonly string[]
  /** Whether a file is meant. */
  readonly file: boolean
}

/** An option; `value` is the name of what follows it, absent where nothing does. */
export interface OptionNode {
  readonly short?: string
  readonly long: string
  readonly value?: string
  readonly description: string
  readonly required: boolean
  readonly choices?: readonly string[]
  readonly file: boolean
}

/** A command with what it takes, as help, completion and the manual page show it; the program itself has the path ''. */
export interface CommandNode {
  readonly path: string
  readonly name: string
  readonly description: string
  readonly arguments: readonly ArgumentNode[]
  readonly options: readonly OptionNode[]
  readonly commands: readonly CommandNode[]
  readonly examples: readonly Example[]
}

/** The command and all below it; each has the options of those above it too. */
export function commandTree(command: Command): CommandNode {
  const above = ancestors(command).flatMap((each) => each.createHelp().visibleOptions(each))
  return nodeOf(command, pathOf(command), above)
}

// Commander's help command knows no parent: what is above comes from above.
function nodeOf(command: Command, path: string, above: readonly Option[]): CommandNode {
  const help = command.createHelp()
  const own = help.visibleOptions(command)
  const options = [...own, ...above.filter(({ long }) => !own.some((option) => option.long === long))]
  return {
    path,
    name: command.name(),
    description: command.description(),
    arguments: command.registeredArguments.map(toArgument),
    options: options.map(toOption),
    commands: help.visibleCommands(command).map((each) => nodeOf(each, `${path} ${each.name()}`.trim(), options)),
    examples: examples[path] ?? [],
  }
}

/** The words by which a command is called after the program's own name. */
export function pathOf(command: Command): string {
  return command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`.trim()
}

/** The commands that do something, depth first. */
export function leaves(node: CommandNode): readonly CommandNode[] {
  return node.commands.length === 0 ? [node] : node.commands.flatMap(leaves)
}

/** A command and all below it. */
export function withDescendants(node: CommandNode): readonly CommandNode[] {
  return [node, ...node.commands.flatMap(withDescendants)]
}

function ancestors(command: Command): readonly Command[] {
  return command.parent === null ? [] : [command.parent, ...ancestors(command.parent)]
}

function toArgument(argument: Argument): ArgumentNode {
  const name = argument.name()
  return {
    name,
    description: argument.description,
    required: argument.required,
    ...(argument.argChoices && { choices: argument.argChoices }),
    file: name === 'FILE',
  }
}

function toOption({ short, long, flags, description, mandatory, argChoices }: Option): OptionNode {
  const value = /<(.*)>$/.exec(flags)?.[1]
  return {
    ...(short !== undefined && { short }),
    long: long ?? flags,
    ...(value !== undefined && { value }),
    description,
    required: mandatory,
    ...(argChoices && { choices: argChoices }),
    file: value === 'FILE',
  }
}
