import { type CommandNode, type OptionNode, withDescendants } from '../command-tree.ts'
import { argumentWords, quoted, takesFile } from './words.ts'

/** The completion script for zsh: a file for a folder of $fpath, or to be sourced after compinit. */
export function zshCompletion(root: CommandNode): string {
  return `#compdef chatelaine
# Completes chatelaine in zsh; written by \`chatelaine completion zsh\`.

${withDescendants(root)
  .map((node) => functionOf(node, root))
  .join('\n\n')}

if [[ $funcstack[1] == _chatelaine ]]; then
  _chatelaine "$@"
else
  compdef _chatelaine chatelaine
fi
`
}

function functionOf(node: CommandNode, root: CommandNode): string {
  const specs = node.options.flatMap(optionSpecs)
  return node.commands.length === 0 ? leafFunction(node, specs, root) : parentFunction(node, specs)
}

function leafFunction(node: CommandNode, specs: readonly string[], root: CommandNode): string {
  const argument = node.arguments[0]
  const words = argumentWords(node, root)
  const action = takesFile(node) ? '_files' : words.length > 0 ? `(${words.join(' ')})` : '()'
  const all = argument === undefined ? specs : [...specs, quoted(`1:${argument.name}:${action}`)]
  return `${nameOf(node)}() {
  _arguments ${all.join(' \\\n    ')}
}`
}

function parentFunction(node: CommandNode, specs: readonly string[]): string {
  const commands = node.commands.map(({ name, description }) => quoted(`${name}:${description}`))
  const cases = node.commands.map((each) => `        ${each.name}) ${nameOf(each)} && ret=0 ;;`)
  return `${nameOf(node)}() {
  local curcontext=$curcontext state line ret=1
  local -A opt_args
  local -a commands=(
    ${commands.join('\n    ')}
  )
  _arguments -C ${[...specs, "'1: :->command'", "'*:: :->rest'"].join(' \\\n    ')} && ret=0
  case $state in
    command) _describe -t commands command commands && ret=0 ;;
    rest)
      case $words[1] in
${cases.join('\n')}
      esac
      ;;
  esac
  return ret
}`
}

function optionSpecs({ short, long, value, choices, file, description }: OptionNode): string[] {
  const others = short === undefined ? '' : `(${short} ${long})`
  const action = file ? '_files' : choices === undefined ? ' ' : `(${choices.join(' ')})`
  const argument = value === undefined ? '' : `:${value}:${action}`
  const text = `[${description.replaceAll(/[[\]\\]/g, String.raw`\$&`)}]${argument}`
  const longSpec = quoted(`${others}${long}${value === undefined ? '' : '='}${text}`)
  return short === undefined ? [longSpec] : [quoted(`${others}${short}${text}`), longSpec]
}

function nameOf({ path }: CommandNode): string {
  return path === '' ? '_chatelaine' : `_chatelaine_${path.replaceAll(/\W/g, '_')}`
}
