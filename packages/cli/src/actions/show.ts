import type { ObjectInfo } from 'chatelaine'

/** An object's information as JSON shows it: never a value; times in ISO 8601. */
export function toJson(info: ObjectInfo): Record<string, unknown> {
  const { id, kind, name, created, expiration, consumers } = info
  const key = 'algorithm' in info ? info : undefined
  return {
    id,
    kind,
    name,
    algorithm: key?.algorithm,
    bitLength: key?.bitLength,
    extractable: key?.extractable,
    created: created?.toISOString(),
    expiration: expiration?.toISOString(),
    consumers: consumers?.length ? consumers : undefined,
  }
}

/** The same as lines of text, one for each thing that is known. */
export function toLines(info: ObjectInfo): string {
  const { consumers: _, ...fields } = toJson(info)
  const lines = Object.entries(fields).filter(([, value]) => value !== undefined)
  for (const { service, resourceType, resourceId } of info.consumers ?? []) {
    lines.push(['consumer', `${service} ${resourceType} ${resourceId}`])
  }
  return lines.map(([label, value]) => `${`${label}:`.padEnd(12)} ${printable(String(value))}\n`).join('')
}

/** Text that cannot play tricks on a terminal: control characters and marks of direction are escaped. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
  })
}
