// Runs vitest and reads what it found.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodePath, root, run } from './node.mjs'

/** Runs the tests whose paths hold one of `filters`, or all; `reports` are those of the conformance suites. */
export async function runTests(filters, node = nodePath()) {
  const folder = mkdtempSync(join(tmpdir(), 'chatelaine-test-'))
  const file = join(folder, 'results.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const vitest = join(root, 'test/node_modules/vitest/vitest.mjs')
  const status = await run(node, [vitest, 'run', ...reporters, ...filters], { cwd: join(root, 'test') })
  try {
    const results = JSON.parse(readFileSync(file, 'utf8'))
    return { status, ...counts(results), reports: reports(results) }
  } catch {
    return { status, passed: 0, failed: 1, skipped: 0, reports: [] }
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

function reports({ testResults }) {
  return testResults.flatMap(({ assertionResults }) => assertionResults.flatMap(({ meta }) => meta?.conformance ?? []))
}
