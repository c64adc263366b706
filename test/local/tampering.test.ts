import { opaque, passphrase, symmetricKey } from '@chatelaine/core'
import { expect, it } from 'vitest'
import { codeOf, demo, localStore } from './local-store.ts'

const later = new Date(Date.now() + 3_600_000)

async function storeWithRow() {
  const store = await localStore()
  const keys = await store.open()
  const object = symmetricKey(new Uint8Array(32).fill(7), { name: 'mine', expiration: later, extractable: true })
  const id = await keys.store(demo, object)
  await keys.addConsumer(demo, id, { service: 'volume', resourceType: 'disk', resourceId: '1' })
  const change = (sql: string, ...values: unknown[]) => store.raw((database) => database.prepare(sql).run(...values))
  return { store, keys, id, change }
}

async function listCode(keys: Awaited<ReturnType<typeof storeWithRow>>['keys'], projectId = 'demo'): Promise<unknown> {
  const reading = async () => {
    for await (const info of keys.list({ projectId })) void info
  }
  return codeOf(reading())
}

const changes: readonly (readonly [string, unknown])[] = [
  ['kind', 'opaque'],
  ['name', 'yours'],
  ['name', null],
  ['algorithm', 'DES-EDE3'],
  ['algorithm', null],
  ['bit_length', 128],
  ['bit_length', null],
  ['extractable', 0],
  ['extractable', null],
  ['expiration', later.getTime() + 1],
  ['expiration', null],
  ['created', 1],
  ['mac', Buffer.alloc(32)],
  ['mac', Buffer.alloc(0)],
  ['consumers', '[]'],
  ['consumers', null],
  ['consumers_mac', Buffer.alloc(32)],
  ['consumers_mac', null],
]

for (const [column, value] of changes) {
  it(`a row whose ${column} was changed to ${value === null ? 'NULL' : typeof value} is integrity`, async () => {
    const { keys, id, change } = await storeWithRow()
    expect(change(`UPDATE objects SET ${column} = ?`, value).changes).toBe(1)
    if (column !== 'mac') expect(await codeOf(keys.get(demo, id))).toBe('integrity')
    expect(await codeOf(keys.describe(demo, id))).toBe('integrity')
    expect(await listCode(keys)).toBe('integrity')
  })
}

for (const column of ['nonce', 'sealed']) {
  it(`a row whose ${column} was changed, shortened or emptied is integrity for get`, async () => {
    const { keys, id, change } = await storeWithRow()
    for (const sql of [`substr(${column}, 1, length(${column}) - 1)`, `zeroblob(length(${column}))`, "x''"]) {
      change(`UPDATE objects SET ${column} = ${sql}`)
      expect(await codeOf(keys.get(demo, id))).toBe('integrity')
    }
  })
}

it('a row that refers to another key-encryption key is integrity', async () => {
  const { keys, id, change } = await storeWithRow()
  const other = await keys.store({ projectId: 'other' }, passphrase('theirs'))
  const move = 'UPDATE objects SET kek_id = (SELECT kek_id FROM objects WHERE id = ?) WHERE id = ?'
  change(move, other, id)
  expect(await codeOf(keys.get(demo, id))).toBe('integrity')
  expect(await codeOf(keys.describe(demo, id))).toBe('integrity')
})

it('a row that refers to no key-encryption key is integrity', async () => {
  const { store, id, change } = await storeWithRow()
  change("UPDATE objects SET kek_id = 'gone'")
  const keys = await store.open()
  expect(await codeOf(keys.get(demo, id))).toBe('integrity')
})

it('a row that was moved to another project is integrity there, for it cannot be what was stored', async () => {
  const { keys, id, change } = await storeWithRow()
  await keys.store({ projectId: 'other' }, passphrase('theirs'))
  change("UPDATE objects SET project = 'other' WHERE id = ?", id)
  expect(await codeOf(keys.get({ projectId: 'other' }, id))).toBe('integrity')
  expect(await codeOf(keys.describe({ projectId: 'other' }, id))).toBe('integrity')
  expect(await listCode(keys, 'other')).toBe('integrity')
  expect(await codeOf(keys.get(demo, id))).toBe('not_found')
})

it('a row that was moved with its key-encryption key to another project is integrity', async () => {
  const { store, id, change } = await storeWithRow()
  change("UPDATE keks SET project = 'other'")
  change("UPDATE objects SET project = 'other' WHERE id = ?", id)
  const keys = await store.open()
  expect(await codeOf(keys.get({ projectId: 'other' }, id))).toBe('integrity')
})

it('a row that was moved to another id is integrity', async () => {
  const { keys, id, change } = await storeWithRow()
  change("UPDATE objects SET id = 'elsewhere' WHERE id = ?", id)
  expect(await codeOf(keys.get(demo, 'elsewhere'))).toBe('integrity')
  expect(await codeOf(keys.describe(demo, 'elsewhere'))).toBe('integrity')
})

it('two rows whose values were exchanged are integrity', async () => {
  const { keys, id, change } = await storeWithRow()
  const other = await keys.store(demo, opaque(new Uint8Array(32)))
  change(
    'UPDATE objects SET (nonce, sealed) = (SELECT nonce, sealed FROM objects o WHERE o.id <> objects.id) WHERE id IN (?, ?)',
    id,
    other,
  )
  expect(await codeOf(keys.get(demo, id))).toBe('integrity')
})

it('a wrapped key-encryption key that was changed is integrity, and the master key is not to blame', async () => {
  const { store, id, change } = await storeWithRow()
  change("UPDATE keks SET wrapped = substr(wrapped, 1, length(wrapped) - 4) || 'AAAA'")
  const keys = await store.open()
  await expect(keys.get(demo, id)).rejects.toMatchObject({ code: 'integrity', message: /key-encryption key/ })
})
