import { readFile } from 'node:fs/promises'
import { cpus, loadavg, totalmem, type } from 'node:os'

/** What the figures were measured on and when, and how busy it was before: a sentence. */
export async function describeMachine(): Promise<string> {
  const processors = cpus()
  const memory = `${(totalmem() / 2 ** 30).toFixed(1)} GiB`
  const hardware = `${processors[0]?.model ?? 'an unknown CPU'}, ${processors.length} cores, ${memory}`
  const [load = 0] = loadavg()
  const date = new Date().toISOString().slice(0, 10)
  return `Measured on ${date}: ${hardware}, ${await system()}, Node.js ${process.versions.node}; the load before was ${load.toFixed(1)}.`
}

async function system(): Promise<string> {
  const release = await readFile('/etc/os-release', 'utf8').catch(() => '')
  return /^PRETTY_NAME="(.*)"$/m.exec(release)?.[1] ?? type()
}
