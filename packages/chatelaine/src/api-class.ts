import type { DriverClass } from '@chatelaine/core'
import { at, configError, type Place } from './config-error.ts'
import { nearest } from './nearest.ts'

/** Imports a module by its name, in place of Chatelaine: `(specifier) => import(specifier)` where pnpm lets only you do so. */
export type Importer = (specifier: string) => Promise<unknown>

/** What `api_class` has been found to name. */
export interface ApiClass {
  /** The section with its options: the short name, or the value of `api_class` itself. */
  readonly section: string
  readonly module: string
  readonly exportName: string
}

/** The backends that have short names; their packages are installed beside `chatelaine`. */
export const bundled: readonly ApiClass[] = [
  { section: 'local', module: '@chatelaine/local', exportName: 'LocalDriver' },
  { section: 'pkcs11', module: '@chatelaine/pkcs11', exportName: 'Pkcs11Driver' },
  { section: 'kmip', module: '@chatelaine/kmip', exportName: 'KmipDriver' },
  { section: 'barbican', module: '@chatelaine/barbican', exportName: 'BarbicanDriver' },
]

// castellan's entry points and class paths.
const castellanNames: Readonly<Record<string, string>> = {
  'castellan.key_manager.barbican_key_manager.BarbicanKeyManager': 'barbican',
  'castellan.key_manager.vault_key_manager.VaultKeyManager': 'vault',
}

const packageExport = /^((?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*(?:\/[\w.~-]+)*)\/([A-Za-z_$][\w$]*)$/

/**
 * A short name, one of castellan's class paths, which castellan itself has deprecated and `notices` is told of, or
 * `package/Export`; paths and URLs are refused.
 */
export function parseApiClass(value: string, place: Place, notices: Set<string>): ApiClass {
  const name = Object.hasOwn(castellanNames, value) ? (castellanNames[value] ?? value) : value
  const known = bundled.find((each) => each.section === name)
  if (known && name !== value) notices.add(at(place, `a class path of castellan is deprecated; write ${name}`))
  if (known) return known
  const [, module, exportName] = packageExport.exec(value) ?? []
  if (module === undefined || exportName === undefined || module.split('/').some((part) => /^\.+$/.test(part))) {
    throw configError(place, unknownApiClass(name))
  }
  return { section: value, module, exportName }
}

function unknownApiClass(name: string): string {
  const names = bundled.map((each) => each.section)
  const guess = nearest(name, names)
  const comment = /\s[;#]/.test(name) ? ' (comments stand on lines of their own)' : ''
  const meant = guess === undefined ? '' : `; did you mean ${guess}?`
  return `${JSON.stringify(name)} is neither one of ${names.join(', ')} nor package/Export${comment}${meant}`
}

/** Imports the class; a package that is not installed is an error that says how to install it. */
export async function importDriverClass(apiClass: ApiClass, place: Place, load: Importer): Promise<DriverClass> {
  const { module, exportName } = apiClass
  const loaded = await load(module).catch((cause: unknown) => {
    throw isMissing(cause, module) ? configError(place, `it needs a package: npm install ${packageOf(module)}`) : cause
  })
  const exported: unknown = Reflect.get(Object(loaded), exportName)
  if (isDriverClass(exported)) return exported
  throw configError(place, `${module} exports no driver class ${exportName}`)
}

function isDriverClass(value: unknown): value is DriverClass {
  if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return false
  const { open, classify, options } = value as Partial<DriverClass>
  return typeof open === 'function' && typeof classify === 'function' && options !== undefined
}

function isMissing(error: unknown, module: string): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  const missing = error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND'
  return missing && error.message.includes(packageOf(module))
}

function packageOf(module: string): string {
  return module
    .split('/')
    .slice(0, module.startsWith('@') ? 2 : 1)
    .join('/')
}
