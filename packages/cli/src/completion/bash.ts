import { type CommandNode, withDescendants } from '../command-tree.ts'
import { argumentWords, quoted, takesFile, valuedOptions } from './words.ts'

/** The completion script for bash, 3.2 and newer. */
export function bashCompletion(root: CommandNode): string {
  const nodes = withDescendants(root)
  const paths = nodes.filter(({ path }) => path !== '').map(({ path }) => quoted(path))
  return `# Completes chatelaine in bash; written by \`chatelaine completion bash\`.

_chatelaine() {
  local current=\${COMP_WORDS[COMP_CWORD]} path= option= words= files= index word IFS=$' \\t\\n'
  for ((index = 1; index < COMP_CWORD; index++)); do
    word=\${COMP_WORDS[index]}
    if [[ $word == = ]]; then
      continue
    elif [[ $option ]]; then
      option=
      continue
    fi
    case $word in
      ${valuedOptions(root).join(' | ')}) option=$word ;;
      -*) ;;
      *)
        word=\${path:+$path }$word
        case $word in
          ${paths.join(' | ')}) path=$word ;;
        esac
        ;;
    esac
  done
  if [[ $current == = ]]; then current=; fi

  if [[ $option ]]; then
    case "$path $option" in
${nodes.flatMap(valueCases).join('\n')}
    esac
  elif [[ $current == -* ]]; then
    case $path in
${nodes.map((node) => wordsCase(node.path, optionNames(node))).join('\n')}
    esac
  else
    case $path in
${nodes.flatMap((node) => argumentCases(node, root)).join('\n')}
    esac
  fi

  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ $files ]]; then
    compopt -o filenames 2>/dev/null
    IFS=$'\\n'
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}

complete -F _chatelaine chatelaine
`
}

function optionNames({ options }: CommandNode): string[] {
  return options.flatMap(({ short, long }) => (short === undefined ? [long] : [short, long]))
}

function valueCases({ path, options }: CommandNode): string[] {
  return options.flatMap(({ short, long, choices, file }) => {
    const names = [short, long].filter((name) => name !== undefined).map((name) => quoted(`${path} ${name}`))
    if (file) return [`      ${names.join(' | ')}) files=1 ;;`]
    return choices === undefined ? [] : [`      ${names.join(' | ')}) words='${choices.join(' ')}' ;;`]
  })
}

function argumentCases(node: CommandNode, root: CommandNode): string[] {
  if (takesFile(node)) return [`      ${quoted(node.path)}) files=1 ;;`]
  const words = node.commands.length > 0 ? node.commands.map(({ name }) => name) : argumentWords(node, root)
  return words.length === 0 ? [] : [wordsCase(node.path, words)]
}

function wordsCase(path: string, words: readonly string[]): string {
  return `      ${quoted(path)}) words='${words.join(' ')}' ;;`
}
