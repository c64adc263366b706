// `npm test`: installs what the tests need, runs the checks and every test; the last line counts both.
// `npm run test:nodes`: the same tests on the other Node versions that the packages are for.
import { check } from './check.mjs'
import { installAll, installDebianPackages, testPackages } from './install.mjs'
import { staleMatrix } from './matrix.mjs'
import { nodePath, otherNodes } from './node.mjs'
import { runTests } from './vitest.mjs'

await installDebianPackages(testPackages())
await installAll()
const { passed, failed } = await check()
const filters = process.argv.slice(2).filter((each) => each !== '--nodes')
const counts = { passed: 0, failed: 0, skipped: 0 }
for (const node of process.argv.includes('--nodes') ? otherNodes() : [nodePath()]) {
  const tests = await runTests(filters, node)
  for (const each of Object.keys(counts)) counts[each] += tests[each]
  // Whatever the counts say, a run that ends otherwise has failed.
  if (tests.status !== 0 && tests.failed === 0) record('the run of the tests', `vitest ended with ${tests.status}`)
  record('leaks', tests.leaked ? 'values of secrets were found, see above' : undefined)
  // What a part of the tests, or a machine without all services, found out is not the whole matrix.
  if (filters.length === 0 && tests.skipped === 0) record('matrix', staleMatrix(tests.reports))
}

const failures = failed.length + counts.failed
process.exitCode = failures === 0 ? 0 : 1
const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`
console.log(`${passed.length + counts.passed} passed, ${failures} failed${skipped}`)

function record(name, problem) {
  ;(problem === undefined ? passed : failed).push(name)
  if (problem !== undefined) console.error(problem)
}
