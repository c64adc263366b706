import { readdir } from 'node:fs/promises'
import type { Figure, Figures } from './figure.ts'

/** A file of this folder: what it finds out, and how. Importing it measures nothing. */
export interface Part {
  readonly name: string
  readonly figures: Figures
  /** Measures, and reports every one of `figures` once. */
  readonly run: () => Promise<void>
}

const folder = new URL('../', import.meta.url)

/** All parts, or those with the given names, in the order of their names. */
export async function loadParts(names: readonly string[] = []): Promise<readonly Part[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort()
  const all = files.map((file) => file.slice(0, -'.ts'.length))
  const unknown = names.find((name) => !all.includes(name))
  if (unknown !== undefined) throw new Error(`there is no benchmark ${unknown}; there are ${all.join(', ')}`)
  return Promise.all((names.length === 0 ? all : names).map(loadPart))
}

/** One part by its name. */
export async function loadPart(name: string): Promise<Part> {
  const { figures, run } = (await import(new URL(`${name}.ts`, folder).href)) as Omit<Part, 'name'>
  return { name, figures, run }
}

/** The figures of parts, in their order. */
export function figuresOf(parts: readonly Part[]): readonly Figure[] {
  return parts.flatMap(({ figures }) => Object.values(figures))
}
