import { type Driver, type DriverTools, KeyManager, openDriver, warn } from '@chatelaine/core'
import type { Importer } from './api-class.ts'
import type { Config, Reading, Source } from './config.ts'
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
  const { driverClass, driverOptions, tools } = await prepare(source, options)
  return openDriver(driverClass, driverOptions, tools)
}

async function open(source: Source, options: OpenOptions): Promise<KeyManager> {
  const { driverClass, driverOptions, tools } = await prepare(source, options)
  return KeyManager.open(driverClass, driverOptions, tools)
}

/** A configuration that has been checked, and what is to be said about it: sentences, each with its place. */
export interface Checked extends Omit<Resolved, 'warnings'> {
  readonly notices: readonly string[]
}

/** Everything about a configuration but opening it. */
export async function checkConfig(source: Source, options: OpenOptions = {}): Promise<Checked> {
  const reading = toReading(source, options)
  const { warnings, ...resolved } = await resolveConfig(reading, loader(options))
  return { ...resolved, notices: [...reading.notices, ...warnings] }
}

async function prepare(source: Source, options: OpenOptions) {
  const reading = toReading(source, options)
  const { driverClass, options: driverOptions } = await resolveConfig(reading, loader(options))
  for (const notice of reading.notices) warn(notice)
  return { driverClass, driverOptions, tools: toolsOf(reading, options) }
}

function toReading(source: Source, { manager = source.manager }: OpenOptions): Reading {
  return { ...source, manager, notices: new Set() }
}

function toolsOf(source: Reading, options: OpenOptions): DriverTools {
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
