import type { DriverClass } from '@chatelaine/core'
import { bundled, type Importer, importDriverClass, parseApiClass } from './api-class.ts'
import { keyManagerOptions } from './key-manager-section.ts'
import { type OptionSchema, optionSchemas } from './options-section.ts'

/** A configuration file with every option of a backend, each with its meaning and default, made from the schemas. */
export async function sampleConfig(
  apiClass: string = 'local',
  load: Importer = (name) => import(name),
): Promise<string> {
  const parsed = parseApiClass(apiClass, { option: 'api_class' }, new Set())
  const driverClass = await importDriverClass(parsed, { option: 'api_class' }, load)
  const { api_class: _, backend: __, ...others } = optionSchemas(keyManagerOptions)
  const names = bundled.map((each) => each.section).join(' | ')
  const keyManager = [`# ${names} | package/Export`, `api_class = ${apiClass}`]
  const nested = nestedSections(driverClass)
  return [
    section('key_manager', keyManager, 'key_manager' in nested ? others : {}),
    section(parsed.section, [], plainOptions(driverClass)),
    ...Object.entries(nested)
      .filter(([name]) => name !== 'key_manager')
      .map(([name, options]) => section(name, [], options)),
  ].join('\n')
}

type Options = Readonly<Record<string, OptionSchema>>

function plainOptions(driverClass: DriverClass): Options {
  return Object.fromEntries(
    Object.entries(optionSchemas(driverClass.options)).filter(([, { type }]) => type !== 'object'),
  )
}

function nestedSections(driverClass: DriverClass): Readonly<Record<string, Options>> {
  const nested = Object.entries(optionSchemas(driverClass.options)).filter(([, { type }]) => type === 'object')
  return Object.fromEntries(nested.map(([name, { properties = {} }]) => [name, properties]))
}

function section(name: string, first: readonly string[], options: Options): string {
  const lines = Object.entries(options).flatMap(([option, schema]) => ['', ...describe(option, schema)])
  return [`[${name}]`, ...first, ...lines, ''].join('\n')
}

function describe(option: string, schema: OptionSchema): string[] {
  const { description = '', required, enum: choices, origin } = schema
  const text = [
    description,
    required && 'Required.',
    choices && `One of: ${choices.join(', ')}.`,
    schema.secret && `Secret: better a reference, such as \${file:/run/secrets/${option}}.`,
    origin && `Origin: ${origin}`,
  ]
  return [...text.filter(Boolean).map((line) => `# ${line}`), `#${option} = ${example(schema)}`]
}

function example({ default: value, path, type }: OptionSchema): string {
  if (Array.isArray(value)) return value.join(', ')
  if (value !== undefined) return typeof value === 'string' ? value : JSON.stringify(value)
  if (path) return '/path/to/file'
  if (type === 'array') return '<string>, <string>'
  return type === 'boolean' ? 'false' : `<${type ?? 'string'}>`
}
