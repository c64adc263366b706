/** One section's options: strings as they stand in an INI file, or values of the option's own type. */
export type Section = Readonly<Record<string, unknown>>

/** A configuration: sections by name, as in castellan.conf; `key_manager` decides which others are ours. */
export type Config = Readonly<Record<string, Section | undefined>>

/** A configuration and where it comes from: relative paths in it are relative to `folder`. */
export interface Source {
  readonly sections: Config
  readonly folder: string
  readonly file?: string
  /** What a dollar sign means: all that it means to oslo.config, or only the references to the environment and to files. */
  readonly dollarRules: 'oslo' | 'references'
  /** Which of several managers: its sections have this after a colon, `[key_manager:archive]` and `[local:archive]`. */
  readonly manager?: string
}

/** The name of a section as the manager of `source` has it. */
export function sectionName({ manager }: Source, name: string): string {
  return manager === undefined ? name : `${name}:${manager}`
}
