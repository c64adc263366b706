#!/usr/bin/env node
import { run } from './program.ts'

// The status is set rather than exit() called: what was written to a pipe still has to get through it.
process.exitCode = await run(process.argv.slice(2), process)
