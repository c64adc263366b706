export { default as BarbicanDriver } from './driver.ts'
export type { BarbicanOptions, KeyManagerOptions, ServiceUserOptions } from './options.ts'
