import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import type { FromLane, ToLane } from './protocol.ts'

/** What a lane tells the one who started it. */
export interface LaneEvents {
  readonly onMessage: (message: FromLane) => void
  /** Once, with what ended the process. */
  readonly onEnd: (how: string) => void
}

const extension = extname(import.meta.url)

/**
 * A child process that holds the PKCS#11 module. It does not keep the application alive unless it is busy, and does not
 * outlive it: a pipe, which ends with the application, is watched by a thread of its own in there.
 */
export class Lane {
  readonly #child: ChildProcess
  #ended = false
  /** When it last said anything, or was first asked something after a silence; as performance.now() counts. */
  heardAt = performance.now()

  constructor(environment: NodeJS.ProcessEnv, { onMessage, onEnd }: LaneEvents) {
    this.#child = fork(new URL(`./lane/main${extension}`, import.meta.url), {
      // The application's own options, an inspector's port among them, are not for its lanes.
      // A lane keeps nothing for long: a large young generation would only cost memory, in megabytes.
      execArgv: ['--max-semi-space-size=2', ...(extension === '.ts' ? ['--conditions=chatelaine-source'] : [])],
      env: environment,
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc', 'pipe'],
    })
    const end = (how: string) => {
      if (this.#ended) return
      this.#ended = true
      onEnd(how)
    }
    this.#child.on('message', (message) => {
      this.heardAt = performance.now()
      if (!this.#ended) onMessage(message as FromLane)
    })
    this.#child.on('exit', (code, signal) => end(signal ?? `exit code ${code}`))
    this.#child.on('error', (error) => end(error.name))
    this.#unrefLifeline()
    this.setBusy(false)
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  send(message: ToLane): void {
    // The failure of a send is the end of the process, which is told on its own.
    this.#child.send(message, () => undefined)
  }

  /** A busy lane keeps the application's event loop running. */
  setBusy(busy: boolean): void {
    if (busy) {
      this.#child.ref()
      this.#child.channel?.ref()
    } else {
      this.#child.unref()
      this.#child.channel?.unref()
    }
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }

  #unrefLifeline(): void {
    const lifeline = this.#child.stdio[4]
    lifeline?.on('error', () => undefined)
    if (lifeline && 'unref' in lifeline && typeof lifeline.unref === 'function') lifeline.unref()
  }
}
