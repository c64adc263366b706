import { randomBytes } from 'node:crypto'
import { KeyManager, type ObjectId, symmetricKey } from '@chatelaine/core'
import { LocalDriver } from '@chatelaine/local'
import { memory, temporaryFolder } from '../../services/temporary-folder.ts'
import type { Figure } from '../support/figure.ts'
import { report } from '../support/report.ts'
import { type Cost, interleave, oneAfterAnother, repeated, type Side, wall } from '../support/rounds.ts'
import { openRaw, project, reader } from './floor.ts'

const context = { projectId: project }

function grown(few: readonly Cost[], many: readonly Cost[]): number[] {
  return wall(many).map((cost, round) => cost / (wall(few)[round] ?? 0))
}

interface Filled {
  readonly keys: KeyManager
  readonly get: Side
  readonly select: Side
  readonly close: () => Promise<void>
}

/** What a get costs among a million objects by what it costs among a thousand; the same of the SELECT; and a list's memory. */
export async function growth(figures: { readonly growth: Figure; readonly memory: Figure }): Promise<void> {
  const small = await filled(1_000)
  const large = await filled(1_000_000)
  try {
    const sides = { small: small.get, large: large.get, floorSmall: small.select, floorLarge: large.select }
    const costs = await interleave(sides, { count: 20_000 })
    report(figures.growth, grown(costs.small, costs.large), grown(costs.floorSmall, costs.floorLarge))
    report(figures.memory, await listed(large.keys))
  } finally {
    await small.close()
    await large.close()
  }
}

// A million stores would be a million fsyncs: these files are in memory, where they cost nothing. Reads are from memory anyway.
async function filled(size: number): Promise<Filled> {
  const folder = await temporaryFolder({ base: memory })
  const database = folder.path('keys.db')
  const options = { database, master_key_file: folder.path('master.jwk'), autogen_master_key: true }
  const keys = await KeyManager.open(LocalDriver, options)
  const ids: ObjectId[] = []
  while (ids.length < size) {
    ids.push(await keys.store(context, symmetricKey(randomBytes(32), { name: `key ${ids.length}` })))
  }
  const pick = () => ids[Math.floor(Math.random() * ids.length)] ?? ''
  const raw = openRaw(database)
  const read = reader(raw)
  return {
    keys,
    get: oneAfterAnother(() => keys.get(context, pick())),
    select: repeated(() => read(pick())),
    async close() {
      raw.close()
      await keys.close()
      await folder.remove()
    },
  }
}

// By how much the resident set grows at most while all objects are listed once, after a first pass over a tenth of them.
async function listed(keys: KeyManager): Promise<number[]> {
  for await (const { id } of keys.list(context, { limit: 100_000 })) void id
  const before = process.memoryUsage().rss
  let [most, count] = [before, 0]
  for await (const { id } of keys.list(context)) {
    count += Number(id !== '')
    if (count % 10_000 === 0) most = Math.max(most, process.memoryUsage().rss)
  }
  if (count !== 1_000_000) throw new Error(`a list of 1,000,000 objects has given ${count}`)
  return [(most - before) / 2 ** 20]
}
