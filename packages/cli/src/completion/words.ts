import { type CommandNode, withDescendants } from '../command-tree.ts'
import { apiClasses } from '../commands/options.ts'

/** What the argument of a command may be, as far as that is known without asking anybody. */
export function argumentWords(node: CommandNode, root: CommandNode): readonly string[] {
  const [argument] = node.arguments
  if (argument === undefined) return []
  if (argument.name === 'API_CLASS') return apiClasses
  if (argument.name === 'command') return siblings(node, root)
  return argument.choices ?? []
}

/** Whether the argument of a command is a file. */
export function takesFile(node: CommandNode): boolean {
  return node.arguments[0]?.file ?? false
}

/** All options, of whatever command, that a value follows. */
export function valuedOptions(root: CommandNode): readonly string[] {
  const options = withDescendants(root).flatMap((node) => node.options.filter(({ value }) => value !== undefined))
  return [...new Set(options.flatMap(({ short, long }) => (short === undefined ? [long] : [short, long])))]
}

/** A text in single quotes, as POSIX shells and zsh read it. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

function siblings(node: CommandNode, root: CommandNode): readonly string[] {
  const parent = withDescendants(root).find(({ commands }) => commands.includes(node))
  return (parent?.commands ?? []).filter((each) => each !== node).map(({ name }) => name)
}
