import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** A Python process that measures rounds of something on demand, so that its rounds and ours can alternate. */
export interface PythonRounds {
  /** Microseconds per turn of one round. */
  round(): Promise<number>
  close(): Promise<void>
}

/** `setUp` defines `turn()`; a round calls it `turns` times. */
export async function startPythonRounds(
  setUp: string,
  turns: number,
  environment: Readonly<Record<string, string>> = {},
): Promise<PythonRounds> {
  const loop = `${setUp}
import sys, time
for line in sys.stdin:
  start = time.perf_counter()
  for _ in range(${turns}): turn()
  print((time.perf_counter() - start) / ${turns} * 1e6, flush=True)
`
  const child = spawn('/usr/bin/python3', ['-W', 'ignore', '-c', loop], {
    env: { ...process.env, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  return {
    async round() {
      child.stdin.write('\n')
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
