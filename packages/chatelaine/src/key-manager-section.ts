import * as z from 'zod'

const text = z.string().min(1)
const castellan = { origin: 'castellan' }
const notice = 'it is not served: there is no object of id 00000000-0000-0000-0000-000000000000'

/** The options of section `[key_manager]`: `api_class` and, under castellan's names, the credentials for backends that take them. */
export const keyManagerOptions = z.strictObject({
  api_class: text.optional().describe('Which backend holds the keys: a short name, or package/Export.').meta(castellan),
  backend: text.optional().describe('The newer name of api_class; give one of them.').meta(castellan),
  auth_type: z
    .enum(['token', 'password', 'keystone_token', 'keystone_password', 'noauth'])
    .optional()
    .describe('The type of the credentials below; noauth is a Barbican without Keystone.')
    .meta(castellan),
  token: text
    .optional()
    .describe('The token, for token and keystone_token.')
    .meta({ ...castellan, secret: true }),
  username: text.optional().describe('The user, for password and keystone_password.').meta(castellan),
  password: text
    .optional()
    .describe('The password.')
    .meta({ ...castellan, secret: true }),
  auth_url: text.optional().describe('The URL of Keystone.').meta(castellan),
  user_id: text.optional().describe('The user by id, for keystone_password.').meta(castellan),
  user_domain_id: text.optional().describe("The user's domain, by id.").meta(castellan),
  user_domain_name: text.optional().describe("The user's domain, by name.").meta(castellan),
  trust_id: text.optional().describe('The trust to authenticate with.').meta(castellan),
  domain_id: text.optional().describe('The domain to scope to, by id.').meta(castellan),
  domain_name: text.optional().describe('The domain to scope to, by name.').meta(castellan),
  project_id: text.optional().describe('The project to scope to, by id.').meta(castellan),
  project_name: text.optional().describe('The project to scope to, by name.').meta(castellan),
  project_domain_id: text.optional().describe("The project's domain, by id.").meta(castellan),
  project_domain_name: text.optional().describe("The project's domain, by name.").meta(castellan),
  fixed_key: text
    .optional()
    .describe('The key of OpenStack’s ConfKeyManager; accepted, and not served.')
    .meta({ origin: 'Nova and Cinder', secret: true, notice }),
  reauthenticate: z.boolean().optional().describe('Whether to renew an expired token.').meta(castellan),
})
