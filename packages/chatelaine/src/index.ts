export {
  type CallOptions,
  type Capabilities,
  type CloseOptions,
  type Consumer,
  type Context,
  type Credentials,
  certificate,
  type DeleteOptions,
  type ErrorCode,
  type KeyInput,
  KeyManager,
  KeyManagerError,
  type KeyOptions,
  type KeyPairIds,
  type KeySpec,
  keystonePasswordCredentials,
  keystoneTokenCredentials,
  type ListFilter,
  type ManagedObject,
  type NewObject,
  type ObjectId,
  type ObjectInfo,
  type ObjectKind,
  type ObjectOptions,
  opaque,
  type PrivateKeyOptions,
  passphrase,
  passwordCredentials,
  privateKey,
  publicKey,
  SecretBytes,
  type StoreOptions,
  symmetricKey,
  toJwk,
  toKeyObject,
  tokenCredentials,
  toPem,
  type Wrapped,
} from '@chatelaine/core'
export type { Importer } from './api-class.ts'
export type { Config, Section, Source } from './config.ts'
export { configSchema } from './config-schema.ts'
export { checkConfig, type OpenOptions, openConfiguredDriver, openKeyManager } from './open-key-manager.ts'
export { readConfigFile } from './read-config.ts'
export type { Resolved } from './resolve-config.ts'
export { sampleConfig } from './sample.ts'
