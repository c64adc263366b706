import { readdir, readFile } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import type { KeyManager, ObjectId } from '@chatelaine/core'
import type { Figure } from '../support/figure.ts'
import { report } from '../support/report.ts'
import { inParallel } from '../support/rounds.ts'
import { some } from './keys.ts'

/** What the application feels of its lanes: how late its event loop is, while they read and generate, and while nothing is done. */
export async function loopDelay(figure: Figure, keys: KeyManager, ids: readonly ObjectId[]): Promise<void> {
  const [busy, idle]: [number[], number[]] = [[], []]
  while (busy.length < 3) {
    busy.push(await latest(() => readWhileGenerating(keys, ids)))
    idle.push(await latest(() => delay(3_000)))
  }
  report(figure, busy, idle)
}

/** By how much the lanes grow over 50,000 gets and 1,000 keys that are made and deleted, after a fifth of that. */
export async function memoryGrowth(figure: Figure, keys: KeyManager, ids: readonly ObjectId[]): Promise<void> {
  await use(keys, ids, 10_000, 200)
  const before = await lanesMib()
  await use(keys, ids, 50_000, 1_000)
  report(figure, [(await lanesMib()) - before])
}

// Milliseconds at the 99.9th percentile.
async function latest(work: () => Promise<unknown>): Promise<number> {
  const histogram = monitorEventLoopDelay({ resolution: 5 })
  histogram.enable()
  await work()
  histogram.disable()
  return histogram.percentile(99.9) / 1e6
}

async function readWhileGenerating(keys: KeyManager, ids: readonly ObjectId[]): Promise<void> {
  const state = { generated: false }
  const pair = keys.createKeyPair({}, { algorithm: 'RSA', bitLength: 4096, name: 'generated meanwhile' })
  const made = pair.finally(() => {
    state.generated = true
  })
  const read = inParallel(32, (index) => keys.get({}, some(ids, index)))
  for (let done = 0; done < 5_000 || !state.generated; done += 500) await read(500)
  const { privateId, publicId } = await made
  for (const id of [privateId, publicId]) await keys.delete({}, id)
}

async function use(keys: KeyManager, ids: readonly ObjectId[], gets: number, made: number): Promise<void> {
  await inParallel(32, (index) => keys.get({}, some(ids, index)))(gets)
  for (let index = 0; index < made; index += 1) {
    await keys.delete({}, await keys.createKey({}, { algorithm: 'AES', bitLength: 256 }))
  }
}

async function lanesMib(): Promise<number> {
  const rollups = (await lanePids()).map((pid) => readFile(`/proc/${pid}/smaps_rollup`, 'utf8'))
  const sizes = (await Promise.all(rollups)).map((text) => Number(/^Pss:\s+(\d+)/m.exec(text)?.[1]))
  if (sizes.length === 0) throw new Error('there are no lanes')
  return sizes.reduce((sum, size) => sum + size, 0) / 1_024
}

async function lanePids(): Promise<number[]> {
  const threads = await readdir('/proc/self/task')
  const texts = threads.map((thread) => readFile(`/proc/self/task/${thread}/children`, 'utf8'))
  const pids = (await Promise.all(texts)).flatMap((text) => text.split(' ').filter(Boolean).map(Number))
  const commands = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8')))
  return pids.filter((_, index) => commands[index]?.includes('lane/main'))
}
