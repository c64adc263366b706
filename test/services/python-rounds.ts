import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A Python process that measures rounds of something on demand, so that its rounds and ours can alternate. */
export interface PythonRounds {
  /** Microseconds for so many turns. */
  round(turns: number): Promise<number>
  close(): Promise<void>
}

/** `setUp` defines `turn()`, which a round calls. */
export async function startPythonRounds(
  setUp: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<PythonRounds> {
  const loop = `${setUp}
import sys, time
for line in sys.stdin:
  turns = int(line)
  start = time.perf_counter()
  for _ in range(turns): turn()
  print((time.perf_counter() - start) * 1e6, flush=True)
`
  const child = spawn('/usr/bin/python3', ['-W', 'ignore', '-c', loop], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async round(turns) {
      child.stdin.write(`${turns}\n`)
      const { value } = (await lines.next()) as { value?: string }
      if (value === undefined) throw new Error('python has ended')
      return Number(value)
    },
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.stdin.end()
      await ended
    },
  }
}
