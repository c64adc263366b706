// A thread that has nothing to wait for: tells how many milliseconds the same arithmetic took it.
import { parentPort } from 'node:worker_threads'

// A port of this process, not of a window.
/* oxlint-disable unicorn/require-post-message-target-origin */

const started = performance.now()
let sum = 0
for (let index = 0; index < 30_000_000; index += 1) sum = (sum * 31 + index) | 0
parentPort?.postMessage({ milliseconds: performance.now() - started, sum })
