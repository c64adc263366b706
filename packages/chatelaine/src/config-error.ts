import { KeyManagerError } from '@chatelaine/core'

/** Where in a configuration something stands: the file, absent for a plain object, the section and the option. */
export interface Place {
  readonly file?: string
  readonly section?: string
  readonly option?: string
}

/** An `invalid_argument` that names the place: `chatelaine.conf: [local] database: …`. */
export function configError(place: Place, message: string): KeyManagerError {
  return new KeyManagerError('invalid_argument', at(place, message))
}

/** A message with its place before it. */
export function at({ file, section, option }: Place, message: string): string {
  return [file && `${file}:`, section && `[${section}]`, option && `${option}:`, message].filter(Boolean).join(' ')
}
