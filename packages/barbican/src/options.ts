import * as z from 'zod'

const castellan = { origin: 'castellan' } as const
const keystoneauth = { origin: 'keystoneauth' } as const
const ours = { origin: 'chatelaine' } as const

const text = z.string().min(1).optional()
const file = (description: string, origin: { readonly origin: string }) =>
  text.describe(description).meta({ ...origin, path: true })
const secret = (description: string, origin: { readonly origin: string }) =>
  text.describe(description).meta({ ...origin, secret: true })

const session = {
  cafile: file('PEM file of the authorities that may sign the server’s certificate.', keystoneauth),
  certfile: file('PEM file of the client’s certificate, and of its key where keyfile is not set.', keystoneauth),
  keyfile: file('PEM file of the key of the client’s certificate.', keystoneauth),
  insecure: z.boolean().default(false).describe('Do not verify the server’s certificate.').meta(keystoneauth),
  timeout: z
    .number()
    .positive()
    .max(86_400)
    .default(60)
    .describe('Seconds until a request without an answer fails.')
    .meta(keystoneauth),
  collect_timing: z.boolean().optional().describe('Accepted for castellan’s sake; without effect.').meta(keystoneauth),
  split_loggers: z.boolean().optional().describe('Accepted for castellan’s sake; without effect.').meta(keystoneauth),
}

const unused =
  'Accepted for castellan’s sake; without effect there as here: the options of [barbican] serve every connection.'
const unusedSession = {
  cafile: file(unused, keystoneauth),
  certfile: file(unused, keystoneauth),
  keyfile: file(unused, keystoneauth),
  insecure: z.boolean().optional().describe(unused).meta(keystoneauth),
  timeout: z.number().positive().optional().describe(unused).meta(keystoneauth),
  collect_timing: session.collect_timing,
  split_loggers: session.split_loggers,
}

const scope = (origin: { readonly origin: string }) => ({
  trust_id: text.describe('Trust to scope the token to.').meta(origin),
  domain_id: text.describe('Domain to scope the token to, by id.').meta(origin),
  domain_name: text.describe('Domain to scope the token to, by name.').meta(origin),
  project_id: text.describe('Project to scope the token to, by id.').meta(origin),
  project_name: text.describe('Project to scope the token to, by name.').meta(origin),
  project_domain_id: text.describe('Domain of project_name, by id; “default” where neither is set.').meta(origin),
  project_domain_name: text.describe('Domain of project_name, by name.').meta(origin),
})

const user = (origin: { readonly origin: string }) => ({
  username: text.describe('User who authenticates, by name.').meta(origin),
  user_id: text.describe('User who authenticates, by id.').meta(origin),
  user_domain_id: text.describe('Domain of username, by id; “default” where neither is set.').meta(origin),
  user_domain_name: text.describe('Domain of username, by name.').meta(origin),
  password: secret('Password of the user.', origin),
})

const keyManager = z
  .strictObject({
    auth_type: z
      .enum(['token', 'password', 'keystone_token', 'keystone_password', 'noauth'])
      .optional()
      .describe(
        'The credentials for contexts that carry none; noauth: a Barbican without Keystone, which believes any project.',
      )
      .meta(castellan),
    auth_url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Keystone; auth_endpoint where not set.')
      .meta(castellan),
    token: secret('Token for the auth types token and keystone_token.', castellan),
    ...user(castellan),
    ...scope(castellan),
    reauthenticate: z
      .boolean()
      .default(true)
      .describe('Authenticate anew where a token expires or is refused.')
      .meta(castellan),
  })
  .superRefine((options, issues) => {
    for (const message of missing(options)) issues.addIssue({ code: 'custom', message })
  })

const service = { ...user(keystoneauth), ...scope(keystoneauth) }

const serviceUser = z.strictObject({
  auth_type: z
    .enum(['password', 'v3password', 'token', 'v3token'])
    .default('password')
    .describe('keystoneauth’s plugin.')
    .meta({ ...keystoneauth, deprecatedNames: ['auth_plugin'] }),
  auth_section: text
    .describe('The section that has the options of the plugin, where it is not this one.')
    .meta({ ...keystoneauth, section: true }),
  auth_url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('Keystone; auth_endpoint where not set.')
    .meta(keystoneauth),
  token: secret('Token, for the plugins token and v3token.', keystoneauth),
  ...service,
  username: service.username.meta({ deprecatedNames: ['user_name', 'user-name'] }),
  project_id: service.project_id.meta({ deprecatedNames: ['tenant_id', 'tenant-id'] }),
  project_name: service.project_name.meta({ deprecatedNames: ['tenant_name', 'tenant-name'] }),
  system_scope: text
    .refine((scope) => scope === undefined, 'a token of system scope has no project, and Barbican needs one')
    .describe('Refused: a token of system scope has no project, and Barbican needs one.')
    .meta(keystoneauth),
  default_domain_id: text.describe('Domain of user and project where theirs is not set, by id.').meta(keystoneauth),
  default_domain_name: text.describe('Domain of user and project where theirs is not set, by name.').meta(keystoneauth),
  ...unusedSession,
})

/** The options of the sections [barbican], [key_manager] (credentials) and [barbican_service_user] of a castellan.conf. */
export const barbicanOptions = z.strictObject({
  barbican_endpoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('URL of Barbican, with or without /v1; where not set, Keystone’s catalogue says it.')
    .meta(castellan),
  barbican_api_version: z
    .enum(['v1', '1', 'v1.0'])
    .default('v1')
    .describe('Version of Barbican’s API.')
    .meta(castellan),
  auth_endpoint: z
    .url({ protocol: /^https?$/ })
    .default('http://localhost/identity/v3')
    .describe('URL of Keystone, with or without /v3.')
    .meta(castellan),
  retry_delay: z
    .number()
    .positive()
    .max(3600)
    .default(1)
    .describe('Seconds between two looks at an unfinished order, once the first, quicker ones have passed.')
    .meta(castellan),
  number_of_retries: z
    .number()
    .int()
    .min(1)
    .default(60)
    .describe('An order may take this many times retry_delay.')
    .meta(castellan),
  verify_ssl: z.boolean().default(true).describe('Verify the servers’ certificates.').meta(castellan),
  verify_ssl_path: file('PEM file of the authorities that may sign them; the system’s where not set.', castellan),
  barbican_endpoint_type: z
    .enum(['public', 'internal', 'admin'])
    .default('public')
    .describe('Which endpoint of the catalogue.')
    .meta(castellan),
  barbican_region_name: text.describe('Which region of the catalogue.').meta(castellan),
  send_service_user_token: z
    .boolean()
    .default(false)
    .describe(
      'Send the token of [barbican_service_user] beside the user’s, so that one that has just expired still counts.',
    )
    .meta(castellan),
  ...session,
  request_retries: z
    .number()
    .int()
    .min(0)
    .max(20)
    .default(3)
    .describe('How often a request that is safe to repeat is repeated.')
    .meta(ours),
  max_connections: z.number().int().positive().default(64).describe('Most connections to one server.').meta(ours),
  max_allowed_secret_in_bytes: z
    .number()
    .int()
    .positive()
    .default(20_000)
    .describe('Longest payload, as the server’s option of this name has it.')
    .meta({ origin: 'barbican' }),
  noauth_roles: z.array(z.string().min(1)).optional().describe('X-Roles, for auth_type noauth.').meta(ours),
  key_manager: keyManager.optional().describe('The options of [key_manager] but api_class.').meta(castellan),
  barbican_service_user: serviceUser.optional().describe('The options of [barbican_service_user].').meta(castellan),
})

/** Options with their defaults. */
export type BarbicanOptions = z.output<typeof barbicanOptions>
/** The options of [key_manager]. */
export type KeyManagerOptions = z.output<typeof keyManager>
/** The options of [barbican_service_user]. */
export type ServiceUserOptions = z.output<typeof serviceUser>
function missing({ auth_type, password, token, username, user_id }: z.output<typeof keyManager>): string[] {
  const issues: string[] = []
  if (auth_type === 'token' && !token) issues.push('auth_type token needs token')
  if (auth_type !== 'password' && auth_type !== 'keystone_password') return issues
  if (!password) issues.push(`auth_type ${auth_type} needs password`)
  if (!username && !(auth_type === 'keystone_password' && user_id)) issues.push(`auth_type ${auth_type} needs username`)
  return issues
}
