import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { installed } from './installed.ts'
import { type SoftHsm, softHsmLibrary } from './softhsm.ts'

const program = '/usr/bin/p11-kit'

/** The module that reaches a token through p11-kit's server. */
export const p11KitLibrary = '/usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so'

/** Whether p11-kit is installed; where it must be (CI), its absence is a failure. */
export const p11KitInstalled = installed('p11-kit p11-kit-modules', program, p11KitLibrary)

/** A server in front of SoftHSM: the device at the far end of a wire. */
export interface P11Kit {
  readonly start: () => Promise<void>
  /** Kills the server, and with it every connection. */
  readonly kill: () => Promise<void>
  /** Cuts the connections; the server takes new ones. */
  readonly cut: () => Promise<void>
  /** Has the connections hang until `resume`. */
  readonly pause: () => Promise<void>
  readonly resume: () => Promise<void>
}

/** Sets P11_KIT_SERVER_ADDRESS for this process and what it starts; the server itself is started by `start`. */
export function p11KitServer(hsm: SoftHsm, label: string): P11Kit {
  const socket = join(hsm.folder, 'p11-kit.sock')
  process.env['P11_KIT_SERVER_ADDRESS'] = `unix:path=${socket}`
  let server: ChildProcess | undefined

  const signalConnections = async (signal: NodeJS.Signals) => {
    for (const pid of await childrenOf(server?.pid ?? 0)) {
      try {
        process.kill(pid, signal)
      } catch {
        // It has ended by itself meanwhile.
      }
    }
  }
  const kill = async () => {
    await signalConnections('SIGKILL')
    const running = server
    server = undefined
    if (running?.exitCode === null) {
      const ended = new Promise((resolve) => running.once('exit', resolve))
      running.kill('SIGKILL')
      await ended
    }
    await rm(socket, { force: true })
  }
  const start = async () => {
    const arguments_ = ['server', '--provider', softHsmLibrary, '-f', '-n', socket, `pkcs11:token=${label}`]
    server = spawn(program, arguments_, { stdio: 'ignore' })
    while (!existsSync(socket)) await delay(5)
  }
  return {
    start,
    kill,
    cut: () => signalConnections('SIGKILL'),
    pause: () => signalConnections('SIGSTOP'),
    resume: () => signalConnections('SIGCONT'),
  }
}

// The server forks for each connection.
async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  return text.split(' ').filter(Boolean).map(Number)
}
