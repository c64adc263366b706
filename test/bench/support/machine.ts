import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { cpus, loadavg, totalmem, type } from 'node:os'
import { Worker } from 'node:worker_threads'

/** What the figures were measured on and when, how busy it was before, and what its cores are worth together. */
export async function describeMachine(): Promise<string> {
  const [load = 0] = loadavg()
  const processors = cpus()
  const memory = `${(totalmem() / 2 ** 30).toFixed(1)} GiB`
  const hardware = `${processors[0]?.model ?? 'an unknown CPU'}, ${processors.length} cores, ${memory}`
  const date = new Date().toISOString().slice(0, 10)
  const worth = (await worthOf(processors.length)).toFixed(1)
  return `Measured on ${date}: ${hardware}, ${await system()}, Node.js ${process.versions.node}.
The load before was ${load.toFixed(1)}; all cores together did the work of ${worth}.`
}

async function system(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return /^PRETTY_NAME="(.*)"$/m.exec(release)?.[1] ?? type()
}

// Cores of a virtual machine may be halves of one, or be rationed: what several processes at once can gain depends on it.
async function worthOf(cores: number): Promise<number> {
  const worths: number[] = []
  while (worths.length < 5) {
    const [alone, together] = [await slowestOf(1), await slowestOf(cores)]
    worths.push((cores * alone) / together)
  }
  return worths.toSorted((one, other) => one - other)[2] ?? 0
}

async function slowestOf(threads: number): Promise<number> {
  const times = Array.from({ length: threads }, async () => {
    const [{ milliseconds }] = (await once(new Worker(new URL('spin.ts', import.meta.url)), 'message')) as [
      { milliseconds: number },
    ]
    return milliseconds
  })
  return Math.max(...(await Promise.all(times)))
}
