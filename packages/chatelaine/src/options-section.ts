import { resolve } from 'node:path'
import { issueText, type OptionsIssue, type OptionsSchema } from '@chatelaine/core'
import { type Reading, type Section, type Source, sectionName } from './config.ts'
import { at, configError, type Place } from './config-error.ts'
import { nearest } from './nearest.ts'
import { substitute } from './substitute.ts'

/** What an option's JSON schema says of it, as far as it is needed here. */
export interface OptionSchema {
  readonly type?: string
  readonly description?: string
  readonly required?: boolean
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly path?: boolean
  readonly secret?: boolean
  readonly origin?: string
  readonly deprecatedNames?: readonly string[]
  readonly notice?: string
  readonly section?: boolean
  readonly properties?: Readonly<Record<string, OptionSchema>>
  readonly items?: OptionSchema
}

/** The options of a schema by name. */
export function optionSchemas(schema: OptionsSchema<unknown>): Options {
  const { properties, required } = schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
  const names: readonly unknown[] = Array.isArray(required) ? required : []
  const options = Object.entries({ ...(properties as Options | undefined) })
  return Object.fromEntries(options.map(([name, option]) => [name, { ...option, required: names.includes(name) }]))
}

/** One section's options, ready for a schema: all known, references resolved, texts of the type that the schema asks for. */
export async function readSection(
  section: Section,
  known: Options,
  source: Reading,
  name: string,
): Promise<Record<string, unknown>> {
  const options: Record<string, unknown> = {}
  for (const [given, value] of Object.entries(section)) {
    const place = { file: source.file, section: sectionName(source, name), option: given }
    const option = currentName(given, known, place)
    if (option !== given) source.notices.add(at(place, `the name is deprecated; write ${option}`))
    const schema = known[option] ?? {}
    if (isUnset(value, schema, source) || (option !== given && Object.hasOwn(section, option))) continue
    if (schema.notice) source.notices.add(at(place, schema.notice))
    options[option] = typed(
      await substitute(single(value, schema, source, place), source, place),
      schema,
      source,
      place,
    )
  }
  return options
}

type Options = Readonly<Record<string, OptionSchema>>

// An option that is an object is a section of its own.
function currentName(given: string, known: Options, place: Place): string {
  const isNamed = ([name, { type, deprecatedNames = [] }]: [string, OptionSchema]) =>
    type !== 'object' && (name === given || deprecatedNames.includes(given))
  const [found] = Object.entries(known).find(isNamed) ?? []
  if (found === undefined) throw unknownOption(place, given, Object.keys(known))
  return found
}

// Templates of configuration files write an option that has no value as `name =`, and oslo.config takes that for none.
function isUnset(value: unknown, { type }: OptionSchema, { dollarRules }: Source): boolean {
  return value === undefined || (value === '' && dollarRules === 'oslo' && type === 'string')
}

// Of an option given twice oslo.config takes the last; here one of them is a mistake that somebody should know of.
function single(value: unknown, { type }: OptionSchema, { dollarRules }: Source, place: Place): unknown {
  if (dollarRules === 'oslo' && Array.isArray(value) && type !== 'array') throw configError(place, 'it is given twice')
  return value
}

/** The schema's own verdict on a section and those that belong to it, with the place of each issue in the error. */
export async function validateSection<Options>(
  schema: OptionsSchema<Options>,
  options: unknown,
  { file, section }: Place,
): Promise<Options> {
  const result = await schema['~standard'].validate(options)
  if (!result.issues) return result.value
  throw configError({ file }, result.issues.map((issue) => explain(issue, options, section)).join('; '))
}

function explain(issue: OptionsIssue, options: unknown, section: string | undefined): string {
  const [first, ...rest] = issue.path ?? []
  const name = typeof first === 'object' ? first.key : first
  const value: unknown = name === undefined ? undefined : Reflect.get(Object(options), name)
  // A nested object is a section of its own, of the same manager.
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return explain({ ...issue, path: rest }, value, section?.replace(/^[^:]*/, String(name)))
  }
  const missing = name !== undefined && value === undefined && /undefined/.test(issue.message)
  return at({ section }, missing ? `${String(name)}: it is missing` : issueText(issue))
}

function typed(value: unknown, schema: OptionSchema, source: Source, place: Place): unknown {
  if (typeof value !== 'string') return value
  switch (schema.type) {
    case 'boolean':
      return toBoolean(value, place)
    case 'integer':
    case 'number':
      return toNumber(value, place)
    case 'array':
      return splitList(value).map((item) => typed(item, schema.items ?? {}, source, place))
    default:
      return schema.path ? resolve(source.folder, value) : value
  }
}

// The words that oslo.config takes.
function toBoolean(value: string, place: Place): boolean {
  if (/^(true|1|on|yes)$/i.test(value)) return true
  if (/^(false|0|off|no)$/i.test(value)) return false
  throw configError(place, 'it is neither true nor false')
}

function toNumber(value: string, place: Place): number {
  const number = value.trim() === '' ? Number.NaN : Number(value)
  if (Number.isFinite(number)) return number
  throw configError(place, 'it is not a number')
}

function splitList(value: string): string[] {
  return value
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

function unknownOption(place: Place, option: string, names: readonly string[]): Error {
  const guess = nearest(option, names)
  const meant = guess === undefined ? `the options are ${names.join(', ')}` : `did you mean ${guess}?`
  return configError(place, `there is no such option; ${meant}`)
}
