/** One section's options: strings as they stand in an INI file, or values of the option's own type. */
export type Section = Readonly<Record<string, unknown>>

/** A configuration: sections by name, as in castellan.conf; `key_manager` decides which others are ours. */
export type Config = Readonly<Record<string, Section | undefined>>

/** A configuration and where it comes from: relative paths in it are relative to `folder`. */
export interface Source {
  readonly sections: Config
  readonly folder: string
  readonly file?: string
}
