import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface Child {
  readonly process: ChildProcessWithoutNullStreams
  /** The next line of its output; undefined at the end. */
  readonly line: () => Promise<string | undefined>
  /** Waits for its end; gives its status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>
}

/** Starts a script of test/fixtures in a process of its own, from source. */
export function startChild(fixture: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Child {
  const file = fileURLToPath(new URL(`../fixtures/${fixture}`, import.meta.url))
  const argv = ['--conditions=chatelaine-source', file, ...args]
  const child = spawn(process.execPath, argv, { env: { ...process.env, NODE_OPTIONS: '', ...env } })
  child.stderr.pipe(process.stderr)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as number | NodeJS.Signals | null)
  return {
    process: child,
    line: async () => {
      const next = await lines.next()
      return next.done ? undefined : next.value
    },
    ended,
  }
}
