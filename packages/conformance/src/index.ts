export { type ConformanceReport, type Deviations, defineConformance } from './define-conformance.ts'
export type { Bench, ConformanceCase, Harness, MakeHarness } from './harness.ts'
export { conformanceCases } from './suite.ts'
