import type { ErrorCode } from 'chatelaine'

/** An error as the command line tells it, and where it happened. */
export interface Failure {
  readonly code: ErrorCode
  readonly message: string
  readonly retryable: boolean
  /** The command by its words, '' where none was found. */
  readonly command: string
  readonly options: Readonly<Record<string, unknown>>
  /** Whether the command line itself is wrong. */
  readonly usage: boolean
}

interface Hint {
  readonly code: ErrorCode
  /** What our own messages say where the code alone is not enough; the tests bring each of them about. */
  readonly message?: RegExp
  readonly commands?: readonly string[]
  /** An option that was given. */
  readonly option?: string
  readonly hint: string
}

const changing = /^unknown command '(update|rename|modify|edit|set|change|replace|mv|move|rotate)'/

// The first that fits is shown. None says what only some backends do, repeats the message, or quotes a value.
const hints: readonly Hint[] = [
  {
    code: 'invalid_argument',
    message: /the configuration cannot be read \(ENOENT\)$/,
    hint: '`chatelaine config sample > chatelaine.conf` writes one; --config FILE or CHATELAINE_CONFIG names another',
  },
  {
    code: 'invalid_argument',
    message: /\[[^\]]+\].* (there is no such option|it is missing|is neither one of )/,
    hint: '`chatelaine config sample API_CLASS` shows every option with its meaning',
  },
  {
    code: 'invalid_argument',
    message: /: whose project is it\?/,
    hint: '--project ID says on whose behalf to act',
  },
  {
    code: 'permission_denied',
    message: /: the context names a project;/,
    hint: 'or leave --project out',
  },
  {
    code: 'invalid_argument',
    message: /: several objects have the name /,
    hint: '`chatelaine list --name NAME` shows their ids and kinds; give the id, or --kind',
  },
  {
    code: 'invalid_argument',
    message: /: give an id, or --name /,
    hint: '`chatelaine list` shows ids and names',
  },
  {
    code: 'not_found',
    commands: ['get', 'describe', 'delete'],
    hint: '`chatelaine list` shows what this project has',
  },
  {
    code: 'already_exists',
    commands: ['store'],
    option: 'id',
    hint: 'without --id a new id is chosen',
  },
  {
    code: 'already_exists',
    commands: ['backup'],
    hint: '--force replaces the file',
  },
  {
    code: 'in_use',
    message: /consumers are registered$/,
    commands: ['delete'],
    hint: '`chatelaine describe` shows the consumers; --force deletes it all the same',
  },
  {
    code: 'not_extractable',
    commands: ['get'],
    hint: '`chatelaine describe` shows all about it but the value',
  },
  {
    code: 'unsupported',
    message: /: this backend does not support /,
    hint: 'leave that out, or choose another backend by api_class: the page of each backend says what it can do',
  },
  {
    code: 'indeterminate',
    hint: 'look before you repeat: `chatelaine list` shows whether it was done',
  },
  {
    code: 'unauthenticated',
    hint: 'correct the credentials in the configuration before you try again: wrong ones may lock the account or token',
  },
  {
    code: 'unavailable',
    hint: 'try again; if it stays so, see whether what the configuration names is there and can be reached',
  },
  {
    code: 'deadline_exceeded',
    option: 'timeout',
    hint: 'a longer --timeout gives it more time',
  },
]

/** The next step after a failure, where there is one that is right whatever the backend. */
export function hintFor(failure: Failure): string | undefined {
  if (!failure.usage) return hints.find((hint) => fits(hint, failure))?.hint
  if (changing.test(failure.message)) {
    return 'objects never change: store the new one, then delete the old one; `chatelaine store --help` shows how'
  }
  const command = failure.command === '' ? 'chatelaine' : `chatelaine ${failure.command}`
  return `\`${command} --help\` shows what can be given, with examples`
}

function fits({ code, message, commands, option }: Hint, failure: Failure): boolean {
  if (code !== failure.code) return false
  if (message !== undefined && !message.test(failure.message)) return false
  if (commands !== undefined && !commands.includes(failure.command)) return false
  return option === undefined || failure.options[option] !== undefined
}
