import { execFile } from 'node:child_process'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type KeyManager, opaque, passphrase, SecretBytes } from '@chatelaine/core'
import { LocalDriver, localOptions, restoreDatabase } from '@chatelaine/local'
import { expect, it } from 'vitest'
import { startChild } from '../services/child.ts'
import { codeOf, demo, localStore } from './local-store.ts'

const exec = promisify(execFile)

async function count(keys: KeyManager, projectId = 'demo'): Promise<number> {
  let number = 0
  for await (const info of keys.list({ projectId })) number += Number(info.id !== '')
  return number
}

it('kill -9 in the middle of stores, 200 times, loses nothing that was promised and leaves nothing half-written', async () => {
  const store = await localStore()
  await (await store.open()).store(demo, passphrase('first'))
  const promised = new Map<string, number>()
  const killOne = async (round: number) => {
    const child = startChild('local-store-forever.ts', [JSON.stringify(store.options), `project ${round % 3}`])
    const promises: string[] = []
    const most = 1 + (round % 7)
    for (let line = await child.line(); line !== undefined; line = await child.line()) {
      promises.push(line)
      if (promises.length === most) child.process.kill('SIGKILL')
    }
    expect(await child.ended).toBe('SIGKILL')
    for (const promise of promises) {
      const [id = '', byte] = promise.split(' ')
      promised.set(`${round % 3} ${id}`, Number(byte))
    }
  }
  for (let round = 0; round < 200; round += 4) await Promise.all([0, 1, 2, 3].map((step) => killOne(round + step)))

  const keys = await store.open()
  expect(promised.size).toBeGreaterThan(500)
  for (const [key, byte] of promised) {
    const [project, id = ''] = key.split(' ')
    const { value } = await keys.get({ projectId: `project ${project}` }, id)
    expect(value.equals(SecretBytes.from(new Uint8Array(32).fill(byte)))).toBe(true)
  }
  expect(store.raw((database) => database.pragma('integrity_check', { simple: true }))).toBe('ok')
  for (const project of [0, 1, 2]) await count(keys, `project ${project}`)
}, 240_000)

// A file system of 1 MiB that is really full; only root can mount one.
async function withSmallDisk(work: (folder: string) => Promise<void>): Promise<boolean> {
  const store = await localStore()
  const folder = store.path('small')
  await mkdir(folder)
  const mounted = await exec('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).then(
    () => true,
    () => false,
  )
  if (!mounted) return false
  try {
    await work(folder)
  } finally {
    await exec('umount', ['--lazy', folder])
  }
  return true
}

it('a full disk is exhausted, what was stored stays, and space makes it work again', async ({ skip }) => {
  const tried = await withSmallDisk(async (folder) => {
    const store = await localStore()
    const keys = await store.open({ database: `${folder}/keys.db` })
    await writeFile(`${folder}/ballast`, Buffer.alloc(400_000))
    const ids: string[] = []
    const value = () => opaque(Buffer.alloc(20_000, ids.length + 1))
    const fill = async () => {
      while (ids.length < 200) ids.push(await keys.store(demo, value()))
    }
    expect(await codeOf(fill())).toBe('exhausted')
    expect(ids.length).toBeGreaterThan(5)
    for (const [index, id] of ids.entries()) {
      expect((await keys.get(demo, id)).value.reveal()[0]).toBe(index + 1)
    }
    expect(await count(keys)).toBe(ids.length)
    await exec('rm', [`${folder}/ballast`])
    ids.push(await keys.store(demo, value()))
    expect(await count(keys)).toBe(ids.length)
    await keys.close()
  })
  if (!tried && process.env.CI) throw new Error('no small disk could be mounted: the test needs root')
  if (!tried) skip('a small disk can be mounted by root only')
})

it('a backup made while stores go on is whole, 0600, and not written over', async () => {
  const store = await localStore()
  const keys = await store.open()
  const id = await keys.store(demo, passphrase('kept'))
  const driver = await LocalDriver.open(localOptions.parse(store.options))
  try {
    const backedUp = driver.backup(store.path('backup.db'))
    await Promise.all([backedUp, ...Array.from({ length: 200 }, () => keys.store(demo, passphrase('more')))])
    expect((await stat(store.path('backup.db'))).mode & 0o777).toBe(0o600)
    expect(await codeOf(driver.backup(store.path('backup.db')))).toBe('already_exists')
    await driver.backup(store.path('backup.db'), { replace: true })
    const restored = await store.open({ database: store.path('backup.db'), autogen_master_key: false })
    expect((await restored.get(demo, id)).value.revealText()).toBe('kept')
    expect((await readdir(store.path(''))).filter((name) => name.endsWith('.tmp'))).toEqual([])
  } finally {
    await driver.close()
  }
})

it('a restored backup has what it had, and a database that is there is not written over', async () => {
  const store = await localStore()
  const keys = await store.open()
  const id = await keys.store(demo, passphrase('kept'))
  const driver = await LocalDriver.open(localOptions.parse(store.options))
  await driver.backup(store.path('backup.db'))
  await driver.close()
  const late = await keys.store(demo, passphrase('late'))
  const elsewhere = localOptions.parse({ ...store.options, database: store.path('new.db') })
  expect(await codeOf(restoreDatabase(store.path('backup.db'), localOptions.parse(store.options)))).toBe(
    'already_exists',
  )
  await writeFile(store.path('new.db-wal'), 'left over')
  expect(await codeOf(restoreDatabase(store.path('backup.db'), elsewhere))).toBe('already_exists')
  await exec('rm', [store.path('new.db-wal')])
  await restoreDatabase(store.path('backup.db'), elsewhere)
  const restored = await store.open({ database: store.path('new.db') })
  expect((await restored.get(demo, id)).value.revealText()).toBe('kept')
  expect(await codeOf(restored.get(demo, late))).toBe('not_found')
})

it('a backup that is damaged, or of another master key, is not restored', async () => {
  const store = await localStore()
  const keys = await store.open()
  await keys.store(demo, passphrase('kept'))
  const driver = await LocalDriver.open(localOptions.parse(store.options))
  await driver.backup(store.path('backup.db'))
  await driver.close()
  const other = await localStore()
  await other.open()
  const elsewhere = localOptions.parse({ ...other.options, database: other.path('new.db') })
  expect(await codeOf(restoreDatabase(store.path('backup.db'), elsewhere))).toBe('integrity')
  await writeFile(store.path('half.db'), 'not a database at all')
  expect(await codeOf(restoreDatabase(store.path('half.db'), elsewhere))).toBe('integrity')
  expect(await codeOf(restoreDatabase(store.path('missing.db'), elsewhere))).toBe('invalid_argument')
  expect((await readdir(other.path(''))).filter((name) => name.startsWith('new.db'))).toEqual([])
})

it('expired objects are purged by the command and, in small steps, while writing', async () => {
  const store = await localStore()
  const keys = await store.open()
  const rows = () => store.raw((database) => database.prepare('SELECT count(*) FROM objects').pluck().get())
  const expiration = new Date(Date.now() + 2000)
  for (let index = 0; index < 100; index += 1) await keys.store(demo, passphrase('short', { expiration }))
  await keys.store(demo, passphrase('long'))
  await new Promise((resolve) => setTimeout(resolve, expiration.getTime() - Date.now() + 20))
  for (let index = 0; index < 64; index += 1) await keys.store(demo, passphrase('new'))
  expect(rows()).toBe(165 - 64)
  const driver = await LocalDriver.open(localOptions.parse(store.options))
  expect(await driver.purge()).toBe(36)
  expect(await driver.purge()).toBe(0)
  await driver.close()
  expect(rows()).toBe(65)
})

it('a chosen id whose object has expired is free again', async () => {
  const store = await localStore()
  const keys = await store.open()
  const expiration = new Date(Date.now() + 100)
  await keys.store(demo, passphrase('old', { expiration }), { id: 'chosen' })
  await new Promise((resolve) => setTimeout(resolve, 150))
  await keys.store(demo, passphrase('new'), { id: 'chosen' })
  expect((await keys.get(demo, 'chosen')).value.revealText()).toBe('new')
})

it('the value is nowhere in the clear in the files; its name is, as the docs say', async () => {
  const store = await localStore()
  const keys = await store.open()
  await keys.store(demo, passphrase('marker-of-the-file-test', { name: 'visible name' }))
  await keys.close()
  const names = await readdir(store.path(''))
  const bytes = Buffer.concat(await Promise.all(names.map((name) => readFile(store.path(name)))))
  expect(bytes.includes('marker-of-the-file-test')).toBe(false)
  expect(bytes.includes('visible name')).toBe(true)
})

it('RSA keys of a length that is not offered are refused, and generating does not hold the event loop', async () => {
  const store = await localStore()
  const keys = await store.open()
  for (const bitLength of [1_024, 2_047, 8_200]) {
    expect(await codeOf(keys.createKeyPair(demo, { algorithm: 'RSA', bitLength }))).toBe('invalid_argument')
  }
  let turns = 0
  const timer = setInterval(() => {
    turns += 1
  }, 5)
  const started = performance.now()
  await keys.createKeyPair(demo, { algorithm: 'RSA', bitLength: 3_072 })
  clearInterval(timer)
  expect(turns).toBeGreaterThanOrEqual(Math.floor((performance.now() - started) / 100))
})
