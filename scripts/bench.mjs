// `npm run bench [-- --write] [NAME …]`: see test/bench/support/main.ts.
import { runNode } from './node.mjs'

process.exitCode = await runNode(['test/bench/support/main.ts', ...process.argv.slice(2)])
