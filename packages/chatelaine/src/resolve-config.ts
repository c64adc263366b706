import type { DriverClass } from '@chatelaine/core'
import { type ApiClass, type Importer, importDriverClass, parseApiClass } from './api-class.ts'
import { findSection, type Reading, type Section, sectionName } from './config.ts'
import { configError } from './config-error.ts'
import { keyManagerOptions } from './key-manager-section.ts'
import { type OptionSchema, optionSchemas, readSection, validateSection } from './options-section.ts'

/** A backend that a configuration names, with its options checked: all but opened. */
export interface Resolved {
  readonly apiClass: ApiClass
  readonly driverClass: DriverClass
  readonly options: unknown
  /** What the driver's class says of weaker choices in its options. */
  readonly warnings: readonly string[]
}

/** Finds and checks everything that the configuration says about its backend; nothing is opened. */
export async function resolveConfig(source: Reading, load: Importer): Promise<Resolved> {
  const place = { file: source.file, section: sectionName(source, 'key_manager') }
  const section = sectionOf(source, 'key_manager')
  if (section === undefined) {
    const old = sectionOf(source, 'keymgr') ? '; [keymgr] is its old name' : ''
    throw configError({ file: source.file }, `there is no section [${place.section}]${old}`)
  }
  const raw = await readSection(section, optionSchemas(keyManagerOptions), source, 'key_manager')
  const { api_class: apiClass, backend } = await validateSection(keyManagerOptions, raw, place)
  if (apiClass !== undefined && backend !== undefined && apiClass !== backend) {
    throw configError({ ...place, option: 'backend' }, 'it contradicts api_class; give one of them')
  }
  const name = apiClass ?? backend
  if (name === undefined) throw configError({ ...place, option: 'api_class' }, 'it is missing')
  return resolveBackend(name, source, load, apiClass === undefined ? 'backend' : 'api_class')
}

/** The same for a backend by name, with the options of its own section, or with `given` ones in their place. */
export async function resolveBackend(
  name: string,
  source: Reading,
  load: Importer,
  option: string,
  given?: Section,
): Promise<Resolved> {
  const place = { file: source.file, section: sectionName(source, 'key_manager'), option }
  const apiClass = parseApiClass(name, place, source.notices)
  const driverClass = await importDriverClass(apiClass, place, load)
  const raw = await readOptions(apiClass.section, driverClass, source, given)
  const checked = await validateSection(driverClass.options, raw, {
    file: source.file,
    section: sectionName(source, apiClass.section),
  })
  return { apiClass, driverClass, options: raw, warnings: driverClass.warnings?.(checked) ?? [] }
}

// An option whose type is an object is a section of its own: [barbican_service_user], or [key_manager] with its credentials.
async function readOptions(name: string, driverClass: DriverClass, source: Reading, given?: Section) {
  const known = optionSchemas(driverClass.options)
  const options = await readSection(given ?? sectionOf(source, name) ?? {}, known, source, name)
  for (const [option, { type, properties }] of Object.entries(known)) {
    const nested = type === 'object' ? sectionOf(source, option) : undefined
    if (nested === undefined || properties === undefined) continue
    // All of [key_manager] is known and checked already; a backend has a part of it.
    const own =
      option === 'key_manager' ? only(properties, nested) : withNamedSection(option, properties, nested, source)
    options[option] = await readSection(own, properties, source, option)
  }
  return options
}

type Properties = Readonly<Record<string, OptionSchema>>

// keystoneauth's auth_section: the section that has the rest, among options of its own owner.
function withNamedSection(own: string, properties: Properties, section: Section, source: Reading): Section {
  const pointer = Object.keys(properties).find((option) => properties[option]?.section)
  const name = pointer === undefined ? undefined : section[pointer]
  if (typeof name !== 'string' || name === '') return section
  const found = sectionOf(source, name)
  if (found) return { ...section, ...only(properties, found) }
  const place = { file: source.file, section: sectionName(source, own), option: pointer }
  throw configError(place, `there is no section [${sectionName(source, name)}]`)
}

function only(properties: Properties, section: Section): Section {
  const names = Object.entries(properties).flatMap(([name, { deprecatedNames = [] }]) => [name, ...deprecatedNames])
  return Object.fromEntries(Object.entries(section).filter(([name]) => names.includes(name)))
}

function sectionOf(source: Reading, plainName: string): Section | undefined {
  const name = sectionName(source, plainName)
  const section: unknown = findSection(source.sections, name)
  if (section === undefined) return undefined
  if (typeof section === 'object' && section !== null && !Array.isArray(section)) return { ...section }
  throw configError({ file: source.file, section: name }, 'a section is an object of options')
}
