export { type CommandNode, leaves, withDescendants } from './command-tree.ts'
export { closedPipe, exitCodes, meanings } from './exit-codes.ts'
export { commandTree, run } from './program.ts'
export type { Streams } from './streams.ts'
