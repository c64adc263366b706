import { KmipError } from '../errors.ts'

/** An element of the subset of XML that KMIP's encoding uses: no text between elements, no namespaces, no DTD. */
export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
}

const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<\/([^\s>]+)\s*>|<([^\s/>!]+)((?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|\s+/y
const ATTRIBUTE = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const DEEPEST = 64

function malformed(what: string): KmipError {
  return new KmipError('malformed', `malformed xml: ${what}`)
}

interface Open {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlElement[]
}

/** The elements of a document, usually one. Throws `malformed`. */
export function parseXml(text: string): readonly XmlElement[] {
  const top: Open = { name: '', attributes: {}, children: [] }
  const open: Open[] = [top]
  TOKEN.lastIndex = 0
  for (let offset = 0; offset < text.length; offset = TOKEN.lastIndex) {
    TOKEN.lastIndex = offset
    const token = TOKEN.exec(text)
    if (token === null) throw malformed(`unexpected text at offset ${offset}`)
    take(open, token)
    if (open.length > DEEPEST) throw malformed(`more than ${DEEPEST} nested elements`)
  }
  if (open.length !== 1) throw malformed(`<${open.at(-1)?.name}> is not closed`)
  return top.children
}

function take(open: Open[], [, closing, opening, attributes = '', empty]: RegExpExecArray): void {
  const inner = open.at(-1)
  if (closing !== undefined) {
    if (open.length === 1 || inner?.name !== closing) throw malformed(`</${closing}> where <${inner?.name}> is open`)
    open.pop()
  } else if (opening !== undefined) {
    const element: Open = { name: opening, attributes: parseAttributes(attributes), children: [] }
    inner?.children.push(element)
    if (empty === '') open.push(element)
  }
}

function parseAttributes(text: string): Readonly<Record<string, string>> {
  const entries = [...text.matchAll(ATTRIBUTE)].map(
    ([, name = '', one, other]) => [name, unescape(one ?? other ?? '')] as const,
  )
  return Object.fromEntries(entries)
}

function unescape(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));/g, (whole, decimal?: string, hex?: string, name = '') => {
    if (decimal !== undefined) return character(Number(decimal))
    if (hex !== undefined) return character(Number.parseInt(hex, 16))
    return ENTITIES[String(name)] ?? whole
  })
}

function character(code: number): string {
  if (code > 0x10_ffff) throw malformed('a character reference beyond Unicode')
  return String.fromCodePoint(code)
}

/** A text as the value of an attribute. */
export function escapeXml(text: string): string {
  return Array.from(text, escapeOne).join('')
}

function escapeOne(character_: string): string {
  const entity = Object.entries(ENTITIES).find(([, value]) => value === character_)
  if (entity !== undefined) return `&${entity[0]};`
  return character_ < ' ' ? `&#${character_.charCodeAt(0)};` : character_
}
