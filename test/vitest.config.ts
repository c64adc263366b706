import { defineConfig } from 'vitest/config'

// The packages are run from their sources: no build stands between a change and its tests.
const conditions = ['chatelaine-source']

export default defineConfig({
  ssr: {
    resolve: { conditions: [...conditions, 'node', 'import', 'module', 'default'], externalConditions: conditions },
  },
  test: {
    include: ['**/*.test.ts'],
    setupFiles: ['leaks/setup.ts'],
    pool: 'forks',
    // Processes that tests start from source need not strip the same types each time.
    env: { NODE_COMPILE_CACHE: new URL('node_modules/.cache/node', import.meta.url).pathname },
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
