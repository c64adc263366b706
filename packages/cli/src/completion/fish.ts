import { type CommandNode, type OptionNode, withDescendants } from '../command-tree.ts'
import { argumentWords, takesFile, valuedOptions } from './words.ts'

/** The completion script for fish, 3.0 and newer. */
export function fishCompletion(root: CommandNode): string {
  const nodes = withDescendants(root)
  const paths = nodes.filter(({ path }) => path !== '').map(({ path }) => quoted(path))
  return `# Completes chatelaine in fish; written by \`chatelaine completion fish\`.

function __chatelaine_at --argument-names wanted
    set -l path ''
    set -l skip 0
    for word in (commandline -opc)[2..-1]
        if test $skip = 1
            set skip 0
            continue
        end
        switch $word
            case ${valuedOptions(root).join(' ')}
                set skip 1
            case '-*'
            case '*'
                set -l longer (string trim -- "$path $word")
                switch $longer
                    case ${paths.join(' ')}
                        set path $longer
                end
        end
    end
    test "$path" = "$wanted"
end

complete -c chatelaine -f
${nodes.flatMap((node) => linesOf(node, root)).join('\n')}
`
}

function linesOf(node: CommandNode, root: CommandNode): string[] {
  const start = `complete -c chatelaine -n ${quoted(`__chatelaine_at ${quoted(node.path)}`)}`
  const words = argumentWords(node, root)
  return [
    ...node.commands.map(({ name, description }) => `${start} -a ${name} -d ${quoted(description)}`),
    ...(words.length > 0 ? [`${start} -a ${quoted(words.join(' '))}`] : []),
    ...(takesFile(node) ? [`${start} -F`] : []),
    ...node.options.map((option) => `${start}${optionText(option)}`),
  ]
}

function optionText({ short, long, value, choices, file, description }: OptionNode): string {
  const names = `${short === undefined ? '' : ` -s ${short.slice(1)}`} -l ${long.slice(2)}`
  const described = ` -d ${quoted(description)}`
  if (file) return `${names} -r -F${described}`
  if (value === undefined) return names + described
  return `${names} -x${choices === undefined ? '' : ` -a ${quoted(choices.join(' '))}`}${described}`
}

function quoted(text: string): string {
  return `'${text.replaceAll(/['\\]/g, String.raw`\$&`)}'`
}
