export { default as Pkcs11Driver } from './driver.ts'
export { type Pkcs11Options, pkcs11Options } from './options.ts'
