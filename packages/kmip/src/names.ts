import { createHash } from 'node:crypto'
import type { AttributeSet } from 'kmip-client-ts'

/**
 * KMIP wants names to be unique, and some devices take no letters beyond ASCII; ours need be neither. So the name itself is in the
 * metadata, a group named after its hash finds all that bear it, and the Name attribute is for other programs to see where it fits.
 */
export function nameAttributes(name: string | undefined): AttributeSet {
  if (name === undefined) return {}
  return { ...plainName(name), objectGroup: [nameGroup(name)] }
}

/** The Name attribute for names that every device can keep. */
export function plainName(name: string): AttributeSet {
  if (!/^[\x20-\x7e]+$/.test(name)) return {}
  return { name: [{ nameValue: name, nameType: 'UninterpretedTextString' }] }
}

/** The object group of all our objects with this name. */
export function nameGroup(name: string): string {
  return `chatelaine-name-${createHash('sha256').update(name).digest('base64url')}`
}
