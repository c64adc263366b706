import { readFile } from 'node:fs/promises'
import { dirname, extname, resolve } from 'node:path'
import type { Config, Source } from './config.ts'
import { configError } from './config-error.ts'
import { parseIni } from './ini.ts'

/**
 * Reads a configuration file without opening anything: YAML (`.yaml`, `.yml`) or JSON (`.json`) by its name, else INI. What
 * cannot be read is `invalid_argument` and names the line, never its content.
 */
export async function readConfigFile(path: string): Promise<Source> {
  const file = resolve(path)
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code'
    throw configError({ file: path }, `the configuration cannot be read (${code})`)
  })
  const common = { folder: dirname(file), file: path }
  switch (extname(file)) {
    case '.yaml':
    case '.yml':
      return { ...common, sections: toSections(await parseYaml(text, path), path), dollarRules: 'references' }
    case '.json':
      return { ...common, sections: toSections(parseJson(text, path), path), dollarRules: 'references' }
    default:
      return { ...common, sections: parseIni(text, path), dollarRules: 'oslo' }
  }
}

// The library's own messages show the line that is wrong, and what stands there may be a secret.
async function parseYaml(text: string, file: string): Promise<unknown> {
  const { LineCounter, parseDocument } = await import('yaml')
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: true })
  const [first] = document.errors
  if (first === undefined) return document.toJS()
  const { line } = lineCounter.linePos(first.pos[0])
  throw configError({ file }, `line ${line}: not YAML (${first.code.toLowerCase().replaceAll('_', ' ')})`)
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    const position = Number(/position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1] ?? text.length)
    throw configError({ file }, `line ${text.slice(0, position).split('\n').length}: not JSON`)
  }
}

function toSections(parsed: unknown, file: string): Config {
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return { ...parsed }
  throw configError({ file }, 'a configuration is a mapping of sections')
}
