import { defineConfig } from 'vitest/config'

// The packages are run from their sources: no build stands between a change and its tests.
const conditions = ['chatelaine-source']

export default defineConfig({
  ssr: {
    resolve: { conditions: [...conditions, 'node', 'import', 'module', 'default'], externalConditions: conditions },
  },
  test: {
    include: ['**/*.test.ts'],
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 60_000,
  },
})
