import { defineConformance } from '@chatelaine/conformance'
import { MemoryDriver } from '@chatelaine/conformance/memory'
import { memoryCapabilities, memoryHarness } from './memory-harness.ts'

defineConformance('memory', async () => memoryHarness(new MemoryDriver()), memoryCapabilities)
