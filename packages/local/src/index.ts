export { default as LocalDriver } from './driver.ts'
export { type LocalOptions, localOptions } from './options.ts'
export { restoreDatabase } from './restore.ts'
