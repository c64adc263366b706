import { type Driver, type DriverTools, KeyManager, openDriver } from '@chatelaine/core'
import type { Importer } from './api-class.ts'
import type { Config, Source } from './config.ts'
import { readConfigFile } from './read-config.ts'
import { type Resolved, resolveBackend, resolveConfig } from './resolve-config.ts'

/** How to open; `import` is needed for a `package/Export` that Chatelaine itself cannot import, as under pnpm. */
export interface OpenOptions {
  readonly import?: Importer
  /** Which manager of a configuration with several: `archive` has the sections `[key_manager:archive]`, `[local:archive]`. */
  readonly manager?: string
}

/**
 * Opens the backend that `config` names, from a plain object of sections; relative paths in it are relative to the working
 * directory. The KeyManager belongs to the caller, who closes it. What is wrong with the configuration is `invalid_argument`.
 */
export async function openKeyManager(config: Config, options: OpenOptions = {}): Promise<KeyManager> {
  return open({ sections: config, folder: process.cwd(), dollarRules: 'references' }, options)
}

/** The same from a file: YAML, JSON or INI in oslo.config's form, by its name; relative paths in it are relative to its folder. */
openKeyManager.fromFile = async (path: string, options: OpenOptions = {}): Promise<KeyManager> => {
  return open(await readConfigFile(path), options)
}

/** Opens the driver itself, for what only one backend has, such as a backup; whoever calls this closes it. */
export async function openConfiguredDriver(source: Source, options: OpenOptions = {}): Promise<Driver> {
  const { driverClass, options: driverOptions } = await checkConfig(source, options)
  return openDriver(driverClass, driverOptions, toolsOf(named(source, options), options))
}

async function open(source: Source, options: OpenOptions): Promise<KeyManager> {
  const { driverClass, options: driverOptions } = await checkConfig(source, options)
  return KeyManager.open(driverClass, driverOptions, toolsOf(named(source, options), options))
}

/** Everything about a configuration but opening it. */
export function checkConfig(source: Source, options: OpenOptions = {}): Promise<Resolved> {
  return resolveConfig(named(source, options), loader(options))
}

function named(source: Source, { manager }: OpenOptions): Source {
  return manager === undefined ? source : { ...source, manager }
}

function toolsOf(source: Source, options: OpenOptions): DriverTools {
  return {
    async openDriver(apiClass, given) {
      const resolved = await resolveBackend(apiClass, source, loader(options), 'api_class', given)
      return openDriver(resolved.driverClass, resolved.options, toolsOf(source, options))
    },
  }
}

function loader(options: OpenOptions): Importer {
  return options.import ?? ((specifier) => import(specifier))
}
