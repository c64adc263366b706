export { exitCodes } from './exit-codes.ts'
export { run } from './program.ts'
export type { Streams } from './streams.ts'
