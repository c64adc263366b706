import { findSection } from './config.ts'
import { configError } from './config-error.ts'

type Options = Record<string, string | string[]>
type Sections = Record<string, Options>

/**
 * Reads INI in oslo.config's form: `key = value` or `key: value`, comments on lines of their own (`#`, `;`), continuation
 * lines indented and joined by a line feed, one pair of quotes around a value dropped, sections whatever their case. An
 * option given several times has all its values, in a list: which options may have several is for their reader to know.
 */
export function parseIni(text: string, file: string): Sections {
  const sections: Sections = {}
  let section = 'DEFAULT'
  let open: string | undefined
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const trimmed = line.trimEnd()
    const fail = (message: string) => configError({ file }, `line ${index + 1}: ${message}`)
    if (/^[ \t]/.test(trimmed)) {
      if (open === undefined) throw fail('an indented line continues nothing')
      continueValue(own(sections, section), open, trimmed.trimStart())
      continue
    }
    open = undefined
    if (trimmed === '' || /^[#;]/.test(trimmed)) continue
    if (trimmed.startsWith('[')) {
      section = sectionName(trimmed, fail)
      own(sections, section)
    } else {
      open = assign(own(sections, section), trimmed, fail)
    }
  }
  return sections
}

type Fail = (message: string) => Error

function sectionName(line: string, fail: Fail): string {
  if (!line.endsWith(']')) throw fail('a section needs a closing bracket')
  if (line.length <= 2) throw fail('a section needs a name')
  return line.slice(1, -1)
}

function assign(options: Options, line: string, fail: Fail): string {
  const at = line.search(/[=:]/)
  if (at < 0) throw fail('neither a section, a comment nor option = value')
  const option = line.slice(0, at).trim()
  if (option === '') throw fail('an option needs a name')
  const value = unquoted(line.slice(at + 1).trim())
  const before = options[option]
  options[option] = before === undefined ? value : [before, value].flat()
  return option
}

function continueValue(options: Options, option: string, line: string): void {
  const values = [options[option] ?? []].flat()
  const last = `${values.pop()}\n${line}`
  options[option] = values.length === 0 ? last : [...values, last]
}

function unquoted(value: string): string {
  const quoted = value.length > 1 && value[0] === value.at(-1) && /^["']/.test(value)
  return quoted ? value.slice(1, -1) : value
}

// Sections and options come from a file: none of them is to be looked up on Object.prototype.
function own(sections: Sections, name: string): Options {
  const options = findSection(sections, name)
  if (options !== undefined) return options
  const created: Options = Object.create(null) as Options
  Object.defineProperty(sections, name, { value: created, enumerable: true, configurable: true, writable: true })
  return created
}
