export { Client, item, openClient } from './client/client.ts'
export { logging } from './client/logging.ts'
