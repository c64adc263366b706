import type { ErrorCode } from 'chatelaine'
import { type ArgumentNode, type CommandNode, leaves, type OptionNode } from './command-tree.ts'
import type { Example } from './examples.ts'
import { closedPipe, exitCodes, meanings } from './exit-codes.ts'

// The day of the last change to what the page says beside the commands; the page is to be the same whenever it is made.
const date = 'November 24, 2026'

/** chatelaine(1), in mdoc(7). */
export function manPage(root: CommandNode, version: string): string {
  const commands = leaves(root).filter(({ name }) => name !== 'help')
  const lines = [
    `.\\" Made by "npm run man" from the commands themselves; do not edit.`,
    `.Dd ${date}`,
    '.Dt CHATELAINE 1',
    `.Os chatelaine ${version}`,
    ...section('NAME', '.Nm chatelaine', '.Nd store, get and delete keys and secrets'),
    ...section('SYNOPSIS', ...commands.flatMap((node) => synopsis(node, root))),
    ...section('DESCRIPTION', ...description),
    ...section('OPTIONS', ...optionList(root.options), ...globalNotes),
    ...section('COMMANDS', ...commands.flatMap((node) => commandText(node, root))),
    ...section('ENVIRONMENT', ...environment),
    ...section('FILES', ...files),
    ...section('EXIT STATUS', ...exitStatus()),
    ...section('EXAMPLES', ...root.examples.flatMap(exampleText).slice(1)),
    ...section('DIAGNOSTICS', ...diagnostics),
    ...section('SEE ALSO', '.Xr openssl 1 ,', '.Xr softhsm2-util 1'),
    ...section('SECURITY CONSIDERATIONS', ...security),
  ]
  return `${lines.join('\n')}\n`
}

const description = [
  '.Nm',
  'keeps keys and secrets in whatever its configuration names:',
  'an encrypted file, a PKCS#11 token, a KMIP device or OpenStack Barbican.',
  'Values come in by standard input or a file, and go out to standard output or a file, never through arguments.',
  '.Pp',
  'Objects never change.',
  'To rename or change one, store the new one, then delete the old one.',
]

const globalNotes = [
  '.Pp',
  'They may stand before or behind the command.',
  'An',
  '.Ar ID',
  'is what',
  '.Cm store',
  'and',
  '.Cm list',
  'print; a',
  '.Ar TIME',
  'is in ISO 8601 with its zone, as 2030-01-31T12:00:00Z;',
  '.Ar MS',
  'are milliseconds.',
]

const environment = [
  '.Bl -tag -width Ds',
  '.It Ev CHATELAINE_CONFIG',
  'The configuration where',
  '.Fl -config',
  'does not name one.',
  '.El',
  '.Pp',
  'A configuration may refer to other variables by',
  '.Ql ${env:NAME} .',
]

const files = [
  '.Bl -tag -width Ds',
  '.It Pa chatelaine.conf',
  'The configuration in the working directory, where neither',
  '.Fl -config',
  'nor',
  '.Ev CHATELAINE_CONFIG',
  'names one.',
  'Names that end in',
  '.Pa .yaml ,',
  '.Pa .yml',
  'or',
  '.Pa .json',
  'are read as such, all others as INI.',
  '.El',
]

const diagnostics = [
  'Errors go to standard error: what was done, to which object, what is wrong, and the code in parentheses; a second line',
  'that starts with',
  '.Ql hint:\\&',
  'names the next step where there is one.',
  'With',
  '.Fl -json',
  'they are one line of JSON,',
  '.Ql {"error":{"code":...,"message":...,"retryable":...,"hint":...}} .',
  'No error holds a value, a token or a PIN.',
]

const security = [
  'Arguments are visible to others: values, PINs and tokens are never taken from them, nor from the environment',
  'unless the configuration refers to it.',
  'A terminal is shown a value only with',
  '.Fl -reveal .',
  'Files that are made have mode 0600.',
  'Secrets in a configuration are better references, as',
  '.Ql ${file:/run/secrets/pin} .',
  'A backup of the local database is worth nothing without its master key, and too much beside it.',
  'Completion scripts hold the names of commands and options only, and call nothing.',
]

function section(title: string, ...lines: readonly string[]): readonly string[] {
  return [`.Sh ${title}`, ...lines]
}

function synopsis(node: CommandNode, root: CommandNode): string[] {
  const own = ownOptions(node, root)
  return ['.Nm', `.Cm ${node.path}`, ...own.map(inSynopsis), ...node.arguments.map(argumentInSynopsis)]
}

function inSynopsis({ long, value, required }: OptionNode): string {
  const text = `Fl ${dashless(long)}${value === undefined ? '' : ` Ar ${value}`}`
  return required ? `.${text}` : `.Op ${text}`
}

function argumentInSynopsis({ name, required }: ArgumentNode): string {
  return required ? `.Ar ${name}` : `.Op Ar ${name}`
}

function commandText(node: CommandNode, root: CommandNode): string[] {
  const own = ownOptions(node, root)
  return [
    `.Ss ${node.path}`,
    sentence(node.description),
    ...argumentList(node.arguments),
    ...(own.length > 0 ? optionList(own) : []),
    ...node.examples.flatMap(exampleText),
  ]
}

function ownOptions(node: CommandNode, root: CommandNode): readonly OptionNode[] {
  return node.options.filter(({ long }) => !root.options.some((other) => other.long === long))
}

function optionList(options: readonly OptionNode[]): string[] {
  const items = options.flatMap(({ short, long, value, choices, description }) => {
    const names = [short, long].filter((name) => name !== undefined).map((name) => `Fl ${dashless(name)}`)
    const argument = value === undefined ? '' : ` Ar ${value}`
    return [`.It ${names.join(' , ')}${argument}`, sentence(withChoices(description, choices))]
  })
  return ['.Bl -tag -width Ds', ...items, '.El']
}

function argumentList(nodes: readonly ArgumentNode[]): string[] {
  if (nodes.length === 0) return []
  const items = nodes.flatMap(({ name, description, choices }) => [
    `.It Ar ${name}`,
    sentence(withChoices(description, choices)),
  ])
  return ['.Bl -tag -width Ds', ...items, '.El']
}

function withChoices(description: string, choices: readonly string[] | undefined): string {
  return choices === undefined ? description : `${description}: one of ${choices.join(', ')}`
}

function exampleText({ text, command }: Example): string[] {
  return ['.Pp', `${escaped(capital(text))}:`, '.Bd -literal -offset 2n', escaped(command), '.Ed']
}

function exitStatus(): string[] {
  const codes = Object.keys(exitCodes) as ErrorCode[]
  const items = codes.flatMap((code) => [`.It ${exitCodes[code]}`, `.Sy ${code} :`, `${escaped(meanings[code])}.`])
  return [
    '.Bl -tag -width 128+n -compact',
    '.It 0',
    'Success.',
    ...items,
    '.It 128+n',
    'Signal n has ended it: 130 after Ctrl-C.',
    `.It ${closedPipe}`,
    'The reader of its output has gone.',
    '.El',
  ]
}

function sentence(text: string): string {
  return `${escaped(capital(text))}.`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

// mdoc's Fl writes one dash itself.
function dashless(option: string): string {
  return escaped(option.slice(1))
}

/** Text as roff reads it: a backslash, a dash that is to be copied, and a control character at the start of a line. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/, '\\&')
}
