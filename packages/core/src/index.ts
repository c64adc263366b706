export { abortError, sleep, throwIfAborted } from './abort.ts'
export { aesKwp, unwrapAesKwp, wrapAesKwp } from './aes-kwp.ts'
export { canonicalAlgorithm, describeKeyObject } from './algorithms.ts'
export type { Capabilities } from './capabilities.ts'
export { isSameConsumer } from './consumers.ts'
export {
  type Context,
  type Credentials,
  type CredentialType,
  type KeystonePasswordCredentials,
  type KeystoneScope,
  type KeystoneTokenCredentials,
  keystonePasswordCredentials,
  keystoneTokenCredentials,
  type PasswordCredentials,
  passwordCredentials,
  type TokenCredentials,
  tokenCredentials,
} from './context.ts'
export {
  certificate,
  type KeyOptions,
  type ObjectOptions,
  opaque,
  type PrivateKeyOptions,
  passphrase,
  privateKey,
  publicKey,
  symmetricKey,
} from './create-object.ts'
export type {
  CallOptions,
  CloseOptions,
  DeleteOptions,
  Driver,
  DriverClass,
  DriverTools,
  ListFilter,
  StoreOptions,
} from './driver.ts'
export {
  type Classification,
  type ErrorCode,
  errorCodes,
  KeyManagerError,
  type KeyManagerErrorOptions,
} from './errors.ts'
export { toJwk, toKeyObject, toPem } from './export-object.ts'
export {
  generateKey,
  generateKeyPair,
  pairAlgorithms,
  symmetricAlgorithms,
} from './generate-key.ts'
export { KeyManager } from './key-manager.ts'
export { isKeyKind, isObjectKind, type ObjectKind, objectKinds } from './kinds.ts'
export { putNewFile } from './new-file.ts'
export type {
  Consumer,
  KeyPairIds,
  KeySpec,
  ManagedObject,
  NewObject,
  ObjectId,
  ObjectInfo,
  ObjectSpec,
  Wrapped,
} from './object.ts'
export { issueText, openDriver } from './open-driver.ts'
export { type KeyInput, parsePrivateKey, parsePublicKey } from './parse-key.ts'
export type { OptionsIssue, OptionsResult, OptionsSchema } from './schema.ts'
export { SecretBytes } from './secret-bytes.ts'
export { assertOwnProject, isExpired, isOwnProject, notFound, type OwnProject, resolveProject } from './tenancy.ts'
export { uuidv7, uuidv7Date } from './uuidv7.ts'
export { warn } from './warn.ts'
