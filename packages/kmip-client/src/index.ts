export { openClient, item, Client } from './client/client.ts'
export { logging } from './client/logging.ts'
