import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Config, findSection, type Source } from './config.ts'
import { configError, type Place } from './config-error.ts'

const reference = /\$\$|\\\$|\$\{(env|file):([^}]*)\}|\$\{([^}]*)\}|\$([A-Za-z_][\w.]*)/g
const onlySecrets = /\$\$(?=\{(?:env|file):)|\$\{(env|file):([^}]*)\}/g

/**
 * The value of an option with its references resolved: `${env:NAME}` and `${file:PATH}` everywhere (a file without the line
 * feed at its end), and in INI oslo.config's `$name`, `${name}` and `${section.name}`, with `$$` or `\\$` for a dollar sign.
 */
export async function substitute(value: unknown, source: Source, place: Place): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map((each) => substitute(each, source, place)))
  return typeof value === 'string' ? substituteText(value, source, place, 0) : value
}

async function substituteText(text: string, source: Source, place: Place, depth: number): Promise<string> {
  if (!text.includes('$')) return text
  if (depth > 10) throw configError(place, 'the references go round in a circle')
  const parts: string[] = []
  let end = 0
  for (const match of text.matchAll(source.dollarRules === 'oslo' ? reference : onlySecrets)) {
    const [whole, secret, name = '', braced, bare] = match
    parts.push(text.slice(end, match.index))
    end = match.index + whole.length
    if (secret !== undefined) parts.push(await readSecret(secret, name, source, place))
    else if (whole === '$$' || whole === '\\$') parts.push('$')
    else parts.push(await readOption(braced ?? bare ?? '', source, place, depth))
  }
  return parts.join('') + text.slice(end)
}

async function readSecret(from: string, name: string, source: Source, place: Place): Promise<string> {
  if (from === 'file') return readSecretFile(resolve(source.folder, name), place)
  const value = process.env[name]
  if (value === undefined) throw configError(place, `the environment variable ${JSON.stringify(name)} is not set`)
  return value
}

async function readSecretFile(path: string, place: Place): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code'
    throw configError(place, `the file ${path} cannot be read (${code})`)
  }
}

async function readOption(name: string, source: Source, place: Place, depth: number): Promise<string> {
  const dot = name.indexOf('.')
  const option = dot < 0 ? name : name.slice(dot + 1)
  const candidates = dot < 0 ? [place.section, 'DEFAULT'] : [name.slice(0, dot)]
  const section = candidates.find((candidate) => look(source.sections, candidate, option) !== undefined)
  const value = look(source.sections, section, option)
  if (value === undefined) {
    throw configError(
      place,
      `it refers to ${JSON.stringify(name)}, which is not set; a dollar sign itself is written $$`,
    )
  }
  if (typeof value !== 'string') throw configError(place, `it refers to ${JSON.stringify(name)}, which is no text`)
  return substituteText(value, source, { ...place, section, option }, depth + 1)
}

function look(sections: Config, section: string | undefined, option: string): unknown {
  const options = section === undefined ? undefined : findSection(sections, section)
  const value = options && Object.hasOwn(options, option) ? options[option] : undefined
  return Array.isArray(value) ? value.at(-1) : value
}
