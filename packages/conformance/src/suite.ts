import assert from 'node:assert/strict'
import type { Capabilities } from '@chatelaine/core'
import { concurrencyCases } from './cases/concurrency.ts'
import { createdKeyCases } from './cases/created-keys.ts'
import { edgeCases } from './cases/edges.ts'
import { keptKeyCases } from './cases/kept-keys.ts'
import { lifetimeCases } from './cases/lifetime.ts'
import { listCases } from './cases/list.ts'
import { roundTripCases } from './cases/round-trip.ts'
import { secrecyCases } from './cases/secrecy.ts'
import { tenantCases } from './cases/tenants.ts'
import type { ConformanceCase } from './harness.ts'

/** Every case for a backend with these capabilities; what is off is a case too: that it is refused. */
export function conformanceCases(expected: Capabilities): readonly ConformanceCase[] {
  return [
    sameCapabilities(expected),
    ...roundTripCases(expected),
    ...edgeCases(expected),
    ...listCases(expected),
    ...tenantCases(),
    ...lifetimeCases(expected),
    ...createdKeyCases(expected),
    ...keptKeyCases(expected),
    ...concurrencyCases(),
    ...secrecyCases(expected),
    ...healthCases(expected),
  ]
}

// Written out by the test: a driver cannot lose coverage unseen.
function sameCapabilities(expected: Capabilities): ConformanceCase {
  return {
    name: 'the capabilities are the expected ones',
    run: async ({ keys }) => assert.deepEqual(keys.capabilities, expected),
  }
}

function healthCases({ health }: Capabilities): ConformanceCase[] {
  if (!health) return []
  return [{ name: 'health resolves while the backend serves', run: ({ keys, context }) => keys.health(context) }]
}
