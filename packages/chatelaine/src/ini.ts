import { configError } from './config-error.ts'

type Sections = Record<string, Record<string, string>>

/**
 * Reads INI in oslo.config's form: `key = value` or `key: value`, comments on lines of their own (`#`, `;`), continuation
 * lines indented and joined by a line feed, one pair of quotes around a value dropped. An option given twice is refused.
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
    if (trimmed === '') {
      open = undefined
    } else if (/^[ \t]/.test(trimmed)) {
      if (open === undefined) throw fail('an indented line continues nothing')
      const options = own(sections, section)
      options[open] = `${options[open]}\n${trimmed.trimStart()}`
    } else if (trimmed.startsWith('[')) {
      section = sectionName(trimmed, fail)
      own(sections, section)
      open = undefined
    } else if (!/^[#;]/.test(trimmed)) {
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

function assign(options: Record<string, string>, line: string, fail: Fail): string {
  const at = line.search(/[=:]/)
  if (at < 0) throw fail('neither a section, a comment nor option = value')
  const option = line.slice(0, at).trim()
  if (option === '') throw fail('an option needs a name')
  if (Object.hasOwn(options, option)) throw fail(`${option} is given twice`)
  options[option] = unquoted(line.slice(at + 1).trim())
  return option
}

function unquoted(value: string): string {
  const quoted = value.length > 1 && value[0] === value.at(-1) && /^["']/.test(value)
  return quoted ? value.slice(1, -1) : value
}

// Sections and options come from a file: none of them is to be looked up on Object.prototype.
function own(sections: Sections, name: string): Record<string, string> {
  const options = Object.hasOwn(sections, name) ? sections[name] : undefined
  if (options !== undefined) return options
  const created: Record<string, string> = Object.create(null) as Record<string, string>
  Object.defineProperty(sections, name, { value: created, enumerable: true, configurable: true, writable: true })
  return created
}
