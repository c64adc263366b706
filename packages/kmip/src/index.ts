export { default as KmipDriver } from './driver.ts'
export { type KmipOptions, kmipOptions } from './options.ts'
