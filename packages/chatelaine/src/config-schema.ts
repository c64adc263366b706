import { bundled, type Importer, importDriverClass } from './api-class.ts'
import { keyManagerOptions } from './key-manager-section.ts'
import type { OptionSchema } from './options-section.ts'

/** A JSON Schema (draft 2020-12) of configurations in YAML or JSON, for editors: of all backends that are installed. */
export async function configSchema(load: Importer = (name) => import(name)): Promise<Record<string, unknown>> {
  const schemas = await Promise.all(bundled.map((each) => backendSchemas(each, load)))
  const sections = Object.assign({ key_manager: schemaOf(keyManagerOptions) }, ...schemas) as Record<string, unknown>
  const named = Object.entries(sections).map(([name, schema]) => [`^${name}(:.+)?$`, schema])
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Chatelaine configuration',
    type: 'object',
    patternProperties: Object.fromEntries(named) as Record<string, unknown>,
  }
}

interface WithSchema {
  readonly '~standard': {
    readonly jsonSchema: { readonly input: (options: { target: 'draft-2020-12' }) => Record<string, unknown> }
  }
}

function schemaOf(schema: WithSchema): Record<string, unknown> {
  const { $schema: _, ...rest } = schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' })
  return orReferences(rest)
}

// What is not just any text may still be written as a reference to one, and a list as text with commas.
function orReferences(option: OptionSchema): Record<string, unknown> {
  const { type, properties, description, default: fallback, ...rest } = option
  if (type === 'object') {
    const entries = Object.entries(properties ?? {}).map(([name, each]) => [name, orReferences(each)])
    return { ...option, properties: Object.fromEntries(entries) as Record<string, unknown> }
  }
  if (type === 'string' && !('enum' in rest || 'format' in rest || 'pattern' in rest)) return { ...option }
  const text = { type: 'string', ...(type !== 'array' && { pattern: String.raw`\$\{(env|file):` }) }
  return { description, default: fallback, anyOf: [{ type, ...rest }, text] }
}

// An option that is an object is a section of its own, in a file.
async function backendSchemas(apiClass: (typeof bundled)[number], load: Importer): Promise<Record<string, unknown>> {
  const driverClass = await importDriverClass(apiClass, {}, load).catch(() => undefined)
  if (driverClass === undefined) return {}
  const schema = schemaOf(driverClass.options)
  const properties = Object.entries({ ...(schema.properties as Record<string, { type?: string }> | undefined) })
  const nested = properties.filter(([name, { type }]) => type === 'object' && name !== 'key_manager')
  const plain = properties.filter(([, { type }]) => type !== 'object')
  return { [apiClass.section]: { ...schema, properties: Object.fromEntries(plain) }, ...Object.fromEntries(nested) }
}
