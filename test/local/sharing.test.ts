import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { passphrase } from '@chatelaine/core'
import { expect, it } from 'vitest'
import { startChild } from '../services/child.ts'
import { codeOf, demo, localStore } from './local-store.ts'

it('of processes that are all the first one, all share one master key and one key-encryption key', async () => {
  for (let round = 0; round < 3; round += 1) {
    const store = await localStore()
    const children = Array.from({ length: 4 }, () => startChild('local-first.ts', [JSON.stringify(store.options)]))
    const ids = await Promise.all(children.map((child) => child.line()))
    expect(await Promise.all(children.map((child) => child.ended))).toEqual([0, 0, 0, 0])
    const keys = await store.open()
    for (const id of ids) expect((await keys.get(demo, id ?? '')).value.revealText()).toBe('first')
    expect(store.raw((database) => database.prepare('SELECT count(*) FROM keks').pluck().get())).toBe(1)
  }
})

it('while another process holds the write lock for 2 s, the event loop stays free and the store succeeds', async () => {
  const store = await localStore()
  const keys = await store.open()
  const id = await keys.store(demo, passphrase('before'))
  const holder = startChild('local-lock.ts', [store.options.database, '2000'])
  expect(await holder.line()).toBe('locked')
  let turns = 0
  const timer = setInterval(() => {
    turns += 1
  }, 10)
  const started = performance.now()
  const stored = await keys.store(demo, passphrase('after'))
  const waited = performance.now() - started
  clearInterval(timer)
  expect(waited).toBeGreaterThan(1_000)
  // A loop that is held has turned once or twice; a free one about once in 10 ms.
  expect(turns).toBeGreaterThan(waited / 50)
  expect((await keys.get(demo, id)).value.revealText()).toBe('before')
  expect((await keys.get(demo, stored)).value.revealText()).toBe('after')
  expect(await holder.ended).toBe(0)
})

it('a caller that awaits one call after another leaves turns of the event loop to others', async () => {
  const store = await localStore()
  const keys = await store.open()
  const id = await keys.store(demo, passphrase('x'))
  let turns = 0
  const timer = setInterval(() => {
    turns += 1
  }, 1)
  for (const end = performance.now() + 200; performance.now() < end; ) await keys.get(demo, id)
  clearInterval(timer)
  expect(turns).toBeGreaterThan(5)
})

it('a write lock held for longer than timeout_ms is unavailable, retryable, and stores nothing', async () => {
  const store = await localStore()
  const keys = await store.open({ timeout_ms: 100 })
  await keys.store(demo, passphrase('before'))
  const holder = startChild('local-lock.ts', [store.options.database, '60000'])
  expect(await holder.line()).toBe('locked')
  await expect(keys.store(demo, passphrase('x'))).rejects.toMatchObject({ code: 'unavailable', retryable: true })
  await expect(keys.store(demo, passphrase('x'), { timeoutMs: 20 })).rejects.toMatchObject({
    code: 'deadline_exceeded',
  })
  const controller = new AbortController()
  setTimeout(() => controller.abort(), 20)
  await expect(keys.store({ ...demo, signal: controller.signal }, passphrase('x'))).rejects.toMatchObject({
    code: 'aborted',
  })
  holder.process.kill('SIGKILL')
  await holder.ended
  await keys.store(demo, passphrase('x'))
  expect(store.raw((database) => database.prepare('SELECT count(*) FROM objects').pluck().get())).toBe(2)
})

it('closing while a store waits for the lock ends it', async () => {
  const store = await localStore()
  const keys = await store.open()
  await keys.store(demo, passphrase('before'))
  const holder = startChild('local-lock.ts', [store.options.database, '60000'])
  expect(await holder.line()).toBe('locked')
  const waiting = codeOf(keys.store(demo, passphrase('x')))
  await delay(20)
  await keys.close({ timeoutMs: 50 })
  expect(await waiting).toBe('closed')
  holder.process.kill('SIGKILL')
  await holder.ended
})

it('a key-encryption key that another process has replaced is not used for new rows', async () => {
  const store = await localStore()
  const [keys, other] = [await store.open(), await store.open()]
  const first = await keys.store(demo, passphrase('first'))
  store.raw((database) => database.prepare('UPDATE keks SET seals = ?').run(2 ** 31))
  await other.store(demo, passphrase('second'))
  const third = await keys.store(demo, passphrase('third'))
  const kekOf = (id: string) =>
    store.raw((database) => database.prepare('SELECT kek_id FROM objects WHERE id = ?').pluck().get(id))
  expect(kekOf(third)).not.toBe(kekOf(first))
  expect(store.raw((database) => database.prepare('SELECT count(*) FROM keks').pluck().get())).toBe(2)
  for (const reader of [keys, other]) expect((await reader.get(demo, first)).value.revealText()).toBe('first')
})

it('a key-encryption key that rows refer to cannot be deleted', async () => {
  const store = await localStore()
  const keys = await store.open()
  await keys.store(demo, passphrase('x'))
  expect(() =>
    store.raw((database) => {
      database.pragma('foreign_keys = ON')
      database.exec('DELETE FROM keks')
    }),
  ).toThrow(/FOREIGN KEY/)
})

it('a key-encryption key under an unknown kid has the master key read again, once', async () => {
  const store = await localStore()
  const keys = await store.open()
  const id = await keys.store(demo, passphrase('kept'))
  // Another process has rotated the master key: the file has a new key, and what it wraps is wrapped anew.
  const text = await readFile(store.options.master_key_file, 'utf8')
  const rotator = startChild('local-rotate.ts', [JSON.stringify(store.options)])
  expect(await rotator.ended).toBe(0)
  expect(await readFile(store.options.master_key_file, 'utf8')).not.toBe(text)
  expect((await keys.get(demo, id)).value.revealText()).toBe('kept')
  await keys.health()
  const fresh = await store.open()
  expect((await fresh.get(demo, id)).value.revealText()).toBe('kept')
  await writeFile(store.options.master_key_file, text)
  await appendFile(store.options.master_key_file, '\n')
  expect(await codeOf(store.open())).toBe('integrity')
})
