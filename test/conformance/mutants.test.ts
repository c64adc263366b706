import { type Bench, conformanceCases } from '@chatelaine/conformance'
import { mutant, mutants } from '@chatelaine/conformance/mutants'
import { expect, it } from 'vitest'
import { takeLeaks } from '../leaks/watch.ts'
import { memoryCapabilities, memoryHarness } from './memory-harness.ts'

// The wait for an expiration is the only slow case; it is run for the mutants it is there for.
const slow = 'an expired object is not_found everywhere and is not listed'
const cases = conformanceCases(memoryCapabilities)
const fastFirst = [...cases.filter((each) => each.name !== slow), ...cases.filter((each) => each.name === slow)]

async function firstFailure(bench: Bench): Promise<string | undefined> {
  for (const each of fastFirst) {
    const passed = await each.run(bench).then(
      () => true,
      () => false,
    )
    if (!passed) return each.name
  }
  return undefined
}

for (const [title, change] of Object.entries(mutants)) {
  it.concurrent(`the suite catches that ${title}`, async () => {
    const harness = memoryHarness(mutant(change))
    const bench = { ...harness, keys: await harness.open() }
    expect(await firstFailure(bench)).toBeDefined()
  })
}

it('the watch over the whole run caught the driver whose errors show values', () => {
  expect(takeLeaks().length).toBeGreaterThan(0)
})

it('the suite finds nothing in a driver that is not broken', async () => {
  const harness = memoryHarness(mutant(() => ({})))
  expect(await firstFailure({ ...harness, keys: await harness.open() })).toBeUndefined()
})
