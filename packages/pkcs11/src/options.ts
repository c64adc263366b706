import { isAbsolute } from 'node:path'
import * as z from 'zod'

const barbican = { origin: 'barbican' } as const
const own = { origin: 'chatelaine' } as const

/** The options of `[pkcs11]`; where Barbican has an option of the same meaning, its name is used. */
export const pkcs11Options = z
  .strictObject({
    library_path: z
      .string()
      .refine((path) => isAbsolute(path), 'is not an absolute path')
      .describe('Absolute path of the vendor’s PKCS#11 module.')
      .meta(barbican),
    token_serial_number: z
      .string()
      .min(1)
      .optional()
      .describe('Serial number of the token; one of token_serial_number, token_labels and slot_id is required.')
      .meta(barbican),
    token_labels: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe('Labels of the token; the first that is present is used.')
      .meta(barbican),
    slot_id: z.number().int().min(0).optional().describe('Number of the slot the token is in.').meta(barbican),
    login: z
      .string()
      .min(1)
      .optional()
      .describe('The user’s PIN; may be absent only for tokens that need no login.')
      .meta({ ...barbican, secret: true }),
    project_id: z.string().min(1).optional().describe('The project whose token this is.').meta(own),
    lanes: z
      .number()
      .int()
      .min(1)
      .max(64)
      .default(2)
      .describe('How many processes use the token at once; a device at the far end of a network may want more.')
      .meta(own),
    timeout_ms: z
      .number()
      .int()
      .min(100)
      .max(3_600_000)
      .default(30_000)
      .describe('Milliseconds after which a module that does not answer is taken to hang and is replaced.')
      .meta(own),
    read_only: z.boolean().default(false).describe('Never change the token; its sessions are read-only.').meta(own),
    final_try: z
      .boolean()
      .default(false)
      .describe('Try the PIN even when the token says that one more wrong one locks it.')
      .meta(own),
    export_wrapped: z
      .boolean()
      .default(false)
      .describe('Read keys that the token gives out only wrapped by another key, as many devices and NSS do.')
      .meta(own),
    initialize_args: z
      .string()
      .min(1)
      .optional()
      .describe('What the module wants at C_Initialize, as NSS does: configdir=… and so on.')
      .meta(own),
  })
  .refine((options) => selectors(options) === 1, 'give exactly one of token_serial_number, token_labels and slot_id')

export type Pkcs11Options = z.output<typeof pkcs11Options>

function selectors(options: {
  readonly token_serial_number?: string
  readonly token_labels?: readonly string[]
  readonly slot_id?: number
}): number {
  const { token_serial_number, token_labels, slot_id } = options
  return [token_serial_number, token_labels, slot_id].filter((each) => each !== undefined).length
}
