import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type Driver, type DriverTools, KeyManager, openDriver } from '@chatelaine/core'
import type { Importer } from './api-class.ts'
import type { Config, Source } from './config.ts'
import { configError } from './config-error.ts'
import { parseIni } from './ini.ts'
import { type Resolved, resolveBackend, resolveConfig } from './resolve-config.ts'

/** How to open; `import` is needed for a `package/Export` that Chatelaine itself cannot import, as under pnpm. */
export interface OpenOptions {
  readonly import?: Importer
}

/**
 * Opens the backend that `config` names, from a plain object of sections; relative paths in it are relative to the working
 * directory. The KeyManager belongs to the caller, who closes it. What is wrong with the configuration is `invalid_argument`.
 */
export async function openKeyManager(config: Config, options: OpenOptions = {}): Promise<KeyManager> {
  return open({ sections: config, folder: process.cwd() }, options)
}

/** The same from a file, INI in oslo.config's form; relative paths in it are relative to its folder. */
openKeyManager.fromFile = async (path: string, options: OpenOptions = {}): Promise<KeyManager> => {
  return open(await readConfigFile(path), options)
}

/** Reads a configuration file without opening anything. */
export async function readConfigFile(path: string): Promise<Source> {
  const file = resolve(path)
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code'
    throw configError({ file: path }, `the configuration cannot be read (${code})`)
  })
  return { sections: parseIni(text, path), folder: dirname(file), file: path }
}

/** Opens the driver itself, for what only one backend has, such as a backup; whoever calls this closes it. */
export async function openConfiguredDriver(source: Source, options: OpenOptions = {}): Promise<Driver> {
  const { driverClass, options: driverOptions } = await resolveConfig(source, loader(options))
  return openDriver(driverClass, driverOptions, toolsOf(source, options))
}

async function open(source: Source, options: OpenOptions): Promise<KeyManager> {
  const { driverClass, options: driverOptions } = await resolveConfig(source, loader(options))
  return KeyManager.open(driverClass, driverOptions, toolsOf(source, options))
}

/** Everything about a configuration but opening it. */
export function checkConfig(source: Source, options: OpenOptions = {}): Promise<Resolved> {
  return resolveConfig(source, loader(options))
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
