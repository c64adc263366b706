import { BarbicanDriver } from '@chatelaine/barbican'
import { defineConformance } from '@chatelaine/conformance'
import { KeyManager } from '@chatelaine/core'
import { describe, vi } from 'vitest'
import { startBarbican, withoutBarbican } from '../services/barbican.ts'
import { deviations, noauthCapabilities } from './capabilities.ts'

// Barbican takes 20 ms for a request and does one at a time; on a busy machine that adds up.
vi.setConfig({ testTimeout: 120_000 })

describe.skipIf(withoutBarbican())('against Barbican', () => {
  defineConformance(
    'barbican without Keystone',
    async () => {
      const barbican = await startBarbican()
      const options = { barbican_endpoint: barbican.url, key_manager: { auth_type: 'noauth' } }
      return {
        context: { projectId: 'demo' },
        stranger: { projectId: 'other' },
        open: () => KeyManager.open(BarbicanDriver, options),
        pagedObjects: 210,
        close: () => barbican.close(),
      }
    },
    noauthCapabilities,
    deviations,
  )
})
