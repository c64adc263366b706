import { resolve } from 'node:path'
import { issueText, type OptionsIssue, type OptionsSchema } from '@chatelaine/core'
import { type Section, type Source, sectionName } from './config.ts'
import { configError, type Place } from './config-error.ts'
import { nearest } from './nearest.ts'
import { substitute } from './substitute.ts'

/** What an option's JSON schema says of it, as far as it is needed here. */
export interface OptionSchema {
  readonly type?: string
  readonly description?: string
  readonly default?: unknown
  readonly enum?: readonly unknown[]
  readonly path?: boolean
  readonly secret?: boolean
  readonly origin?: string
  readonly properties?: Readonly<Record<string, OptionSchema>>
  readonly items?: OptionSchema
}

/** The options of a schema by name. */
export function optionSchemas(schema: OptionsSchema<unknown>): Readonly<Record<string, OptionSchema>> {
  const { properties } = schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
  return typeof properties === 'object' && properties !== null ? { ...properties } : {}
}

/** One section's options, ready for a schema: all known, references resolved, texts of the type that the schema asks for. */
export async function readSection(
  section: Section,
  known: Readonly<Record<string, OptionSchema>>,
  source: Source,
  name: string,
): Promise<Record<string, unknown>> {
  const options: Record<string, unknown> = {}
  for (const [option, value] of Object.entries(section)) {
    const place = { file: source.file, section: sectionName(source, name), option }
    const schema = Object.hasOwn(known, option) ? known[option] : undefined
    if (schema === undefined || schema.type === 'object') throw unknownOption(place, option, Object.keys(known))
    if (value === undefined) continue
    options[option] = typed(await substitute(value, source, place), schema, source, place)
  }
  return options
}

/** The schema's own verdict on a section, with the place in the error. */
export async function validateSection<Options>(
  schema: OptionsSchema<Options>,
  options: unknown,
  place: Place,
): Promise<Options> {
  const result = await schema['~standard'].validate(options)
  if (result.issues) throw configError(place, result.issues.map((issue) => explain(issue, options)).join('; '))
  return result.value
}

function explain(issue: OptionsIssue, options: unknown): string {
  const [first] = issue.path ?? []
  const name = typeof first === 'object' ? first.key : first
  const missing = name !== undefined && issue.path?.length === 1 && Reflect.get(Object(options), name) === undefined
  return missing && /undefined/.test(issue.message) ? `${String(name)}: it is missing` : issueText(issue)
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
