import { BarbicanDriver } from '@chatelaine/barbican'
import { defineConformance } from '@chatelaine/conformance'
import { type Context, KeyManager, keystonePasswordCredentials } from '@chatelaine/core'
import { describe, vi } from 'vitest'
import { startBarbicanWithKeystone, withoutBarbican } from '../services/barbican.ts'
import { deviations, keystoneCapabilities } from './capabilities.ts'

// Barbican takes 20 ms for a request and does one at a time; on a busy machine that adds up.
vi.setConfig({ testTimeout: 120_000 })

describe.skipIf(withoutBarbican())('against Barbican', () => {
  defineConformance(
    'barbican with Keystone',
    async () => {
      const { keystone, close } = await startBarbicanWithKeystone()
      const options = {
        auth_endpoint: keystone.url,
        key_manager: {
          auth_type: 'keystone_password',
          username: 'creator',
          password: 'creator-pw',
          user_domain_name: 'Default',
          project_name: 'demo',
          project_domain_name: 'Default',
        },
      }
      const stranger: Context = {
        projectId: keystone.projects.other,
        credentials: keystonePasswordCredentials('stranger-pw', { username: 'stranger' }),
      }
      return {
        context: { projectId: keystone.projects.demo },
        stranger,
        open: () => KeyManager.open(BarbicanDriver, options),
        pagedObjects: 210,
        close,
      }
    },
    keystoneCapabilities,
    deviations,
  )
})
