import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the repository. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')

/** A fenced block of a page; `file` is the name that the line before it gives, as in "`chatelaine.conf`:". */
export interface Block {
  readonly page: string
  readonly language: string
  readonly file: string | undefined
  readonly text: string
  readonly number: number
}

/** The fenced blocks of a page, whose path is relative to the repository's folder. */
export function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), 'utf8')
  const matches = [...text.matchAll(/(?:`([\w.-]+)`:\n\n)?^```(\w*)\n([\s\S]*?)^```$/gm)]
  return matches.map(([, file, language = '', body = ''], number) => ({ page, language, file, text: body, number }))
}
