// `npm run changeset -- …`: changesets, with the pnpm that it publishes by; after `version` the lockfile follows.
import { dirname } from 'node:path'
import { pnpm, updateLockfile } from './install.mjs'
import { nodePath, run } from './node.mjs'

const [command, ...options] = process.argv.slice(2)
const env = { ...process.env, PATH: `${dirname(nodePath())}:${process.env.PATH}` }
const given = command === undefined ? [] : [command, ...options]
process.exitCode = await run('npx', ['--yes', '--package', pnpm, '--', 'changeset', ...given], { env })
if (process.exitCode === 0 && command === 'version') await updateLockfile()
