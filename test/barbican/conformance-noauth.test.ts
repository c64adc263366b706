import { BarbicanDriver } from '@chatelaine/barbican'
import { defineConformance } from '@chatelaine/conformance'
import { KeyManager } from '@chatelaine/core'
import { describe } from 'vitest'
import { startBarbican, withoutBarbican } from '../services/barbican.ts'
import { deviations, noauthCapabilities } from './capabilities.ts'

describe.skipIf(withoutBarbican())('without Keystone', () => {
  defineConformance(
    'barbican',
    async () => {
      const barbican = await startBarbican()
      const options = { barbican_endpoint: barbican.url, key_manager: { auth_type: 'noauth' } }
      return {
        context: { projectId: 'demo' },
        stranger: { projectId: 'other' },
        open: () => KeyManager.open(BarbicanDriver, options),
        close: () => barbican.close(),
      }
    },
    noauthCapabilities,
    deviations,
  )
})
