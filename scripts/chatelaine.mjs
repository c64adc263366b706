// `npm run --silent chatelaine -- …`: the command from its sources, in the folder where the person stands.
import { runNode } from './node.mjs'

process.exitCode = await runNode(['packages/cli/src/main.ts', ...process.argv.slice(2)], {
  cwd: process.env.INIT_CWD ?? process.cwd(),
})
