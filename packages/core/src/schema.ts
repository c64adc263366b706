/** One thing that is wrong with an option. */
export interface OptionsIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[]
}

/** What validation gives: the options with their defaults, or what is wrong with them. */
export type OptionsResult<Options> =
  | { readonly value: Options; readonly issues?: undefined }
  | { readonly issues: readonly OptionsIssue[] }

interface JsonSchemaTarget {
  readonly target: 'draft-2020-12'
}

/**
 * The parts of Standard Schema 1 and Standard JSON Schema 1 that a driver's options need; zod 4 schemas have both.
 * Keywords of ours in the JSON schema, by zod's `.meta()`: `secret: true` for what must not be shown, `path: true` for the
 * path of a file, `origin` for whose name it is, `deprecatedNames` for names that are still understood, `notice` for what is
 * to be said where the option is set, `section: true` for the name of a section that holds the rest of the options.
 */
export interface OptionsSchema<Options> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => OptionsResult<Options> | Promise<OptionsResult<Options>>
    readonly jsonSchema: {
      readonly input: (options: JsonSchemaTarget) => Record<string, unknown>
    }
  }
}
