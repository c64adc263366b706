import type { Capabilities } from '@chatelaine/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Bench, Harness, MakeHarness } from './harness.ts'
import { conformanceCases } from './suite.ts'

/** Names of cases that a backend cannot pass, each with its reason; a case that passes nevertheless fails as out of date. */
export type Deviations = Readonly<Record<string, string>>

/** What a run found out about one backend; the last test of its suite has it as meta data, for vitest's reporters. */
export interface ConformanceReport {
  readonly name: string
  readonly capabilities: Capabilities
  readonly deviations: Deviations
  /** How many cases there are, deviations included. */
  readonly cases: number
}

declare module 'vitest' {
  interface TaskMeta {
    conformance?: ConformanceReport
  }
}

/** Registers the suite with vitest for one backend. `expectedCapabilities` are compared with the driver's own. */
export function defineConformance(
  name: string,
  makeHarness: MakeHarness,
  expectedCapabilities: Capabilities,
  deviations: Deviations = {},
): void {
  const cases = conformanceCases(expectedCapabilities)
  describe(`${name} conforms`, () => {
    let harness: Harness | undefined
    let bench: Bench | undefined

    beforeAll(async () => {
      harness = await makeHarness()
      bench = { ...harness, keys: await harness.open() }
    })

    afterAll(async () => {
      await bench?.keys.close()
      await harness?.close()
    })

    const run = async (each: (typeof cases)[number]) => {
      if (bench === undefined) throw new Error('the backend did not start')
      await each.run(bench)
    }

    for (const each of cases) {
      const reason = deviations[each.name]
      if (reason === undefined) it(each.name, () => run(each))
      else
        it(`${each.name} (deviates: ${reason})`, () =>
          expect(run(each), 'the deviation is out of date').rejects.toThrow())
    }

    it('every deviation names a case', ({ task }) => {
      task.meta.conformance = { name, capabilities: expectedCapabilities, deviations, cases: cases.length }
      const names = new Set(cases.map((each) => each.name))
      expect(Object.keys(deviations).filter((deviation) => !names.has(deviation))).toEqual([])
    })
  })
}
