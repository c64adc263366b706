// `npm test`: installs what the tests need, runs the checks and every test; the last line counts both.
// `npm run test:nodes`: the same tests on the other Node versions that the packages are for.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { check } from './check.mjs'
import { installAll, installDebianPackages, testPackages } from './install.mjs'
import { nodePath, otherNodes, root, run } from './node.mjs'

await installDebianPackages(testPackages())
await installAll()
const checks = await check()
const filters = process.argv.slice(2).filter((each) => each !== '--nodes')
const nodes = process.argv.includes('--nodes') ? otherNodes() : [nodePath()]
const tests = { status: 0, passed: 0, failed: 0, skipped: 0 }
for (const node of nodes) {
  const results = await runTests(node, filters)
  for (const each of Object.keys(tests)) tests[each] += results[each]
}

const passed = checks.passed.length + tests.passed
const failed = checks.failed.length + tests.failed
process.exitCode = failed === 0 && tests.status === 0 ? 0 : 1
console.log(`${passed} passed, ${failed} failed${tests.skipped === 0 ? '' : `, ${tests.skipped} skipped`}`)

async function runTests(node, filters) {
  const folder = mkdtempSync(join(tmpdir(), 'chatelaine-test-'))
  const file = join(folder, 'results.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const vitest = join(root, 'test/node_modules/vitest/vitest.mjs')
  const status = await run(node, [vitest, 'run', ...reporters, ...filters], { cwd: join(root, 'test') })
  try {
    return { status, ...counts(JSON.parse(readFileSync(file, 'utf8'))) }
  } catch {
    return { status, passed: 0, failed: 1, skipped: 0 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// A file that cannot be loaded has failed without a single test of it.
function counts({ testResults, numPassedTests, numFailedTests, numPendingTests = 0, numTodoTests = 0 }) {
  const broken = testResults.filter(
    (each) => each.status === 'failed' && each.assertionResults.every((one) => one.status !== 'failed'),
  )
  return { passed: numPassedTests, failed: numFailedTests + broken.length, skipped: numPendingTests + numTodoTests }
}
