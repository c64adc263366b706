import type { CommanderError } from 'commander'

// Commander quotes what was given; an argument in the wrong place, or behind =, may be the secret itself.
const rewritten: readonly (readonly [RegExp, string])[] = [
  [/^error: /, ''],
  [/\n\(Did you mean (one of )?(.*)\?\)$/s, '; did you mean $1$2?'],
  [/^(too many arguments.* got \d+): .*$/s, '$1'],
  [/^(unknown option '--[^=']*)=.*?'(; did you mean [\w ,-]+\?)?$/s, "$1'$2"],
  [/^(unknown option '-[^-]).*?'$/s, "$1'"],
  [/^option '(.*?)' argument '.*' is invalid\. Allowed choices are (.*)\.$/s, "option '$1' is one of $2"],
  [/^command-argument value '.*' is invalid for argument '(.*?)'\. Allowed choices are (.*)\.$/s, '$1 is one of $2'],
]

/** What is wrong with the usage, without the values that were given. */
export function usageMessage(error: CommanderError): string {
  return rewritten.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), error.message)
}
