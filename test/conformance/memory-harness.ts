import type { Harness } from '@chatelaine/conformance'
import {
  aesKwp,
  type Capabilities,
  type Driver,
  KeyManager,
  objectKinds,
  pairAlgorithms,
  symmetricAlgorithms,
} from '@chatelaine/core'

export const memoryCapabilities: Capabilities = {
  kinds: objectKinds,
  createKey: symmetricAlgorithms,
  createKeyPair: pairAlgorithms,
  wrap: [aesKwp],
  nonExtractable: true,
  chosenIds: true,
  consumers: true,
  expiration: true,
  health: true,
}

export function memoryHarness(driver: Driver): Harness {
  return {
    context: { projectId: 'demo' },
    stranger: { projectId: 'other' },
    open: async () => new KeyManager(keptOpen(driver)),
    close: () => driver.close(),
  }
}

// All managers of a harness share one store, which closing one of them must not empty.
function keptOpen(driver: Driver): Driver {
  return new Proxy(driver, {
    get(target, property) {
      if (property === 'close') return () => Promise.resolve()
      const member: unknown = Reflect.get(target, property)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
}
