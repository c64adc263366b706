import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Cost } from '../support/rounds.ts'
import type { Operation } from './operations.ts'

/** Debian's castellan in a process of its own. */
export interface Castellan {
  /** Does an operation `count` times, by so many threads. */
  readonly work: (operation: Operation, count: number, callers: number) => Promise<Cost>
  readonly close: () => void
}

/** Starts it, with one key stored. */
export async function startCastellan(endpoint: string): Promise<Castellan> {
  const program = fileURLToPath(new URL('./castellan_worker.py', import.meta.url))
  const child = spawn('/usr/bin/python3', [program, `${endpoint}/`], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, PYTHONWARNINGS: 'ignore' },
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const line = async () => {
    const { value } = (await lines.next()) as { value?: string }
    if (value === undefined) throw new Error('castellan has ended: apt-get install python3-castellan')
    return value
  }
  await line()
  return {
    async work(operation, count, callers) {
      child.stdin.write(`${operation} ${count} ${callers}\n`)
      const [wall = 0, cpu = 0] = JSON.parse(await line()) as number[]
      return { wall: wall * 1e6, cpu: cpu * 1e6 }
    },
    close: () => void child.kill(),
  }
}
