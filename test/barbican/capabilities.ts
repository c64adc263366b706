import { type Capabilities, objectKinds } from '@chatelaine/core'

export const noauthCapabilities: Capabilities = {
  kinds: objectKinds,
  createKey: ['AES', 'HMAC-SHA1', 'HMAC-SHA256', 'HMAC-SHA384', 'HMAC-SHA512'],
  createKeyPair: ['RSA'],
  expiration: true,
  health: true,
  maxValueLength: 20_000,
  consumers: true,
}

export const keystoneCapabilities: Capabilities = {
  ...noauthCapabilities,
  credentials: ['token', 'password', 'keystone_token', 'keystone_password'],
}

export const deviations = {
  'a name with quotes, line feeds and blanks at its ends is kept':
    'Barbican strips white space at the ends of a name, so such a name is refused',
  'createKey makes a new key each time, HMAC-SHA1 160': 'simple_crypto makes keys of 64, 128, 192 or 256 bits',
  'createKey makes a new key each time, HMAC-SHA512 512': 'simple_crypto makes keys of 64, 128, 192 or 256 bits',
}
