// One part in a process of its own, so that none finds the heap of another.
import { loadPart } from './parts.ts'

await (await loadPart(process.argv[2] ?? '')).run()
