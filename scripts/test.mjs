// `npm test`: installs what the tests need, runs the checks and every test; the last line counts both.
import { check } from './check.mjs'
import { installAll, installDebianPackages, testPackages } from './install.mjs'
import { staleMatrix } from './matrix.mjs'
import { runTests } from './vitest.mjs'

await installDebianPackages(testPackages())
await installAll()
const checks = await check()
const filters = process.argv.slice(2)
const tests = await runTests(filters)
record(checks, 'leaks', tests.leaked ? 'values of secrets were found, see above' : undefined)
// What a part of the tests, or a machine without all services, found out is not the whole matrix.
if (filters.length === 0 && tests.skipped === 0) record(checks, 'matrix', staleMatrix(tests.reports))

const passed = checks.passed.length + tests.passed
const failed = checks.failed.length + tests.failed
process.exitCode = failed === 0 && tests.status === 0 ? 0 : 1
console.log(`${passed} passed, ${failed} failed${tests.skipped === 0 ? '' : `, ${tests.skipped} skipped`}`)

function record({ passed, failed }, name, problem) {
  ;(problem === undefined ? passed : failed).push(name)
  if (problem !== undefined) console.error(problem)
}
