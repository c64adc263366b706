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

/** A source while it is read. */
export interface Reading extends Source {
  /** What was understood but is better written otherwise, or has no effect: sentences with their place. */
  readonly notices: Set<string>
}

/** The name of a section as the manager of `source` has it. */
export function sectionName({ manager }: Source, name: string): string {
  return manager === undefined ? name : `${name}:${manager}`
}

/** A section by its name, in upper or lower case, as oslo.config has it. */
export function findSection<Found>(sections: Readonly<Record<string, Found>>, name: string): Found | undefined {
  if (Object.hasOwn(sections, name)) return sections[name]
  const found = Object.keys(sections).find((each) => each.toLowerCase() === name.toLowerCase())
  return found === undefined ? undefined : sections[found]
}
