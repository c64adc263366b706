import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { needlesOf } from './needles.ts'
import { Search } from './search.ts'

/** What this process has had of secrets, and where any of it was seen. */
const search = new Search()
const found: string[] = []
const seen = new Set<string>()
let fresh: string[] = []

/** From now on the value may stand nowhere. */
export function watchFor(kind: string, value: Uint8Array): void {
  const known = `${kind} ${Buffer.from(value).toString('latin1')}`
  if (seen.has(known)) return
  seen.add(known)
  const needles = needlesOf(kind, value)
  search.add(needles)
  fresh.push(...needles)
}

/** Looks at all that can be seen of an error: printed, as JSON, hidden properties and causes included. */
export function lookAtError(where: string, error: unknown): void {
  const shown = inspect(error, { depth: 12, showHidden: true, getters: true, maxStringLength: null })
  lookAt(where, [shown, String(error), JSON.stringify(error), error instanceof Error ? error.stack : ''].join('\n'))
}

/** Looks at a text that somebody could read. */
export function lookAt(where: string, text: string): void {
  if (search.in(text)) found.push(where)
}

/** Looks at the files of a folder that is about to go; `plain` are those that hold values on purpose. */
export function lookAtFiles(folder: string, plain: readonly string[]): void {
  const skip = (name: string) => plain.some((each) => name === each || name.startsWith(`${each}/`))
  found.push(...search.filesIn(folder, skip).map((name) => `the file ${name}`))
}

/** Where values were found since the last call. */
export function takeLeaks(): string[] {
  return found.splice(0)
}

/** Hands what this process knows to whoever looks at all that the run has printed. */
export function handOver(folder: string): void {
  appendFileSync(
    join(folder, 'needles'),
    fresh.map((needle) => `${Buffer.from(needle, 'latin1').toString('hex')}\n`).join(''),
    { mode: 0o600 },
  )
  fresh = []
}
