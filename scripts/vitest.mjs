// Runs vitest and reads what it found.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodePath, root, runLogged, runNode } from './node.mjs'

/**
 * Runs the tests whose paths hold one of `filters`, or all. `reports` are those of the conformance suites; `leaked` says whether
 * the value of a secret that any test had was in what the run printed or left behind.
 */
export async function runTests(filters, node = nodePath()) {
  const folder = mkdtempSync(join(tmpdir(), 'chatelaine-test-'))
  const file = join(folder, 'results.json')
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
  const vitest = join(root, 'test/node_modules/vitest/vitest.mjs')
  mkdirSync(join(folder, 'tmp'))
  writeFileSync(join(folder, 'needles'), '', { mode: 0o600 })
  const env = { ...process.env, TMPDIR: join(folder, 'tmp'), CHATELAINE_LEAKS: folder }
  try {
    const options = { cwd: join(root, 'test'), env }
    const status = await runLogged(node, [vitest, 'run', ...reporters, ...filters], join(folder, 'log'), options)
    const leaked = (await runNode(['test/leaks/scan-run.ts', folder])) !== 0
    return { status, leaked, ...counts(file) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// A file that cannot be loaded has failed without a single test of it.
function counts(file) {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0, reports: [] }
  const results = JSON.parse(readFileSync(file, 'utf8'))
  const { testResults, numPassedTests, numFailedTests, numPendingTests = 0, numTodoTests = 0 } = results
  const broken = testResults.filter(
    (each) => each.status === 'failed' && each.assertionResults.every((one) => one.status !== 'failed'),
  )
  const assertions = testResults.flatMap(({ assertionResults }) => assertionResults)
  return {
    passed: numPassedTests,
    failed: numFailedTests + broken.length,
    skipped: numPendingTests + numTodoTests,
    reports: assertions.flatMap(({ meta }) => meta?.conformance ?? []),
  }
}
