import { versions } from 'kmip-client-ts'
import * as z from 'zod'

const barbican = { origin: 'barbican' } as const
const own = { origin: 'chatelaine' } as const
const path = z.string().min(1)
const milliseconds = z
  .int()
  .min(1)
  .max(2 ** 31 - 1)

/** The options of section `[kmip]`; with the names and meanings of Barbican's `[kmip_plugin]` where it has such an option. */
export const kmipOptions = z
  .strictObject({
    host: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .describe(
        'The device, or several that hold the same keys, separated by commas; host:port where the port differs.',
      )
      .meta(barbican),
    port: z.int().min(1).max(65_535).default(5696).describe('The port of hosts that name none.').meta(barbican),
    username: z
      .string()
      .min(1)
      .optional()
      .describe('Sent with password in every request, beside the certificate.')
      .meta(barbican),
    password: z
      .string()
      .min(1)
      .optional()
      .describe('The password of username.')
      .meta({ ...barbican, secret: true }),
    keyfile: path
      .describe("The client's private key, PEM; only its owner may be able to read it.")
      .meta({ ...barbican, path: true }),
    keyfile_passphrase: z
      .string()
      .min(1)
      .optional()
      .describe('Opens an encrypted keyfile.')
      .meta({ ...own, secret: true }),
    certfile: path
      .describe("The client's certificate, PEM: who we are to the device.")
      .meta({ ...barbican, path: true }),
    ca_certs: path
      .describe("The certificates that the device's certificate is verified with, PEM.")
      .meta({ ...barbican, path: true }),
    pkcs1_only: z
      .boolean()
      .default(false)
      .describe('Whether RSA keys are sent as PKCS#1, for devices that take nothing else.')
      .meta(barbican),
    version: z
      .enum(versions)
      .optional()
      .describe('The KMIP version; without it, the newest that both sides speak.')
      .meta(own),
    timeout_ms: milliseconds.default(30_000).describe('How long, in milliseconds, one call may take.').meta(own),
    pool: z.int().min(1).default(8).describe('The most connections to the device at a time.').meta(own),
    pool_idle_ms: milliseconds
      .default(8_000)
      .describe(
        'After how many milliseconds unused connections are closed; devices commonly drop them after ten seconds or more.',
      )
      .meta(own),
    project_id: z.string().min(1).optional().describe('The project whose objects this certificate stores.').meta(own),
    revoke_active: z
      .boolean()
      .default(false)
      .describe('Whether deleting an active object may revoke it first; else that is in_use.')
      .meta(own),
  })
  .refine((options) => (options.username === undefined) === (options.password === undefined), {
    message: 'username and password are given together or not at all',
  })

/** What {@link kmipOptions} gives. */
export type KmipOptions = z.output<typeof kmipOptions>
