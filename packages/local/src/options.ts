import * as z from 'zod'

const own = { origin: 'chatelaine' } as const
const path = z.string().min(1)

/** The options of section `[local]`. */
export const localOptions = z
  .strictObject({
    database: path
      .describe('The SQLite file that holds the objects; made with mode 0600 if it is not there.')
      .meta({ ...own, path: true }),
    master_key_file: path
      .optional()
      .describe('A file of mode 0600 that holds the master key as a JWK: kty "oct", k of 32 bytes, kid.')
      .meta({ ...own, path: true }),
    master_key: z
      .string()
      .min(1)
      .optional()
      .describe('The master key itself, as the JSON text of the same JWK; meant for a reference such as ${file:...}.')
      .meta({ ...own, secret: true }),
    autogen_master_key: z
      .boolean()
      .default(false)
      .describe('Whether to make master_key_file when it is missing and the database holds no keys yet.')
      .meta(own),
    project_id: z.string().min(1).optional().describe('The project of calls whose context names none.').meta(own),
    timeout_ms: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(5_000)
      .describe('How long, in milliseconds, a call waits while another process holds the lock of the database.')
      .meta(own),
  })
  .refine((options) => (options.master_key_file === undefined) !== (options.master_key === undefined), {
    message: 'exactly one of master_key_file and master_key is needed',
  })
  .refine((options) => !options.autogen_master_key || options.master_key_file !== undefined, {
    path: ['autogen_master_key'],
    message: 'a master key can be made only in a master_key_file',
  })

/** What {@link localOptions} gives. */
export type LocalOptions = z.output<typeof localOptions>
