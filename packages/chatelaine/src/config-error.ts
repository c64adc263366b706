import { KeyManagerError } from '@chatelaine/core'

/** Where in a configuration something stands: the file, absent for a plain object, the section and the option. */
export interface Place {
  readonly file?: string
  readonly section?: string
  readonly option?: string
}

/** An `invalid_argument` that names the place: `chatelaine.conf: [local] database: …`. */
export function configError(place: Place, message: string): KeyManagerError {
  const { file, section, option } = place
  const where = [file && `${file}:`, section && `[${section}]`, option && `${option}:`].filter(Boolean).join(' ')
  return new KeyManagerError('invalid_argument', where === '' ? message : `${where} ${message}`)
}
