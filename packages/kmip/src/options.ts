import { versions } from 'kmip-client-ts'
import * as z from 'zod'

const path = z.string().min(1).meta({ path: true })
const milliseconds = z
  .int()
  .min(1)
  .max(2 ** 31 - 1)

/** The options of section `[kmip]`; the first nine have the names and meanings of Barbican's `[kmip_plugin]`. */
export const kmipOptions = z
  .strictObject({
    host: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .describe(
        'The device, or several that hold the same keys, separated by commas; host:port where the port differs.',
      ),
    port: z.int().min(1).max(65_535).default(5696).describe('The port of hosts that name none.'),
    username: z.string().min(1).optional().describe('Sent with password in every request, beside the certificate.'),
    password: z.string().min(1).optional().describe('The password of username.').meta({ secret: true }),
    keyfile: path.describe("The client's private key, PEM; only its owner may be able to read it."),
    keyfile_passphrase: z.string().min(1).optional().describe('Opens an encrypted keyfile.').meta({ secret: true }),
    certfile: path.describe("The client's certificate, PEM: who we are to the device."),
    ca_certs: path.describe("The certificates that the device's certificate is verified with, PEM."),
    pkcs1_only: z
      .boolean()
      .default(false)
      .describe('Whether RSA keys are sent as PKCS#1, for devices that take nothing else.'),
    version: z.enum(versions).optional().describe('The KMIP version; without it, the newest that both sides speak.'),
    timeout_ms: milliseconds.default(30_000).describe('How long, in milliseconds, one call may take.'),
    pool: z.int().min(1).default(8).describe('The most connections to the device at a time.'),
    pool_idle_ms: milliseconds
      .default(8_000)
      .describe(
        'After how many milliseconds unused connections are closed; devices commonly drop them after ten seconds or more.',
      ),
    project_id: z.string().min(1).optional().describe('The project whose objects this certificate stores.'),
    revoke_active: z
      .boolean()
      .default(false)
      .describe('Whether deleting an active object may revoke it first; else that is in_use.'),
  })
  .refine((options) => (options.username === undefined) === (options.password === undefined), {
    message: 'username and password are given together or not at all',
  })

/** What {@link kmipOptions} gives. */
export type KmipOptions = z.output<typeof kmipOptions>
