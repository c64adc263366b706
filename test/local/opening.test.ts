import { randomBytes } from 'node:crypto'
import { chmod, copyFile, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { KeyManagerError, passphrase } from '@chatelaine/core'
import { expect, it } from 'vitest'
import { codeOf, demo, localStore } from './local-store.ts'

function jwk(changed: Record<string, unknown> = {}): string {
  return JSON.stringify({ kty: 'oct', kid: 'k1', k: randomBytes(32).toString('base64url'), ...changed })
}

async function errorOf(work: Promise<unknown>): Promise<KeyManagerError> {
  const error: unknown = await work.catch((thrown: unknown) => thrown)
  if (KeyManagerError.is(error)) return error
  throw new Error('it did not fail with a KeyManagerError')
}

async function filled() {
  const store = await localStore()
  const keys = await store.open()
  const id = await keys.store(demo, passphrase('precious'))
  await keys.close()
  return { store, id }
}

it('every file is 0600 from birth', async () => {
  const store = await localStore()
  const before = process.umask(0)
  try {
    const keys = await store.open()
    await keys.store(demo, passphrase('x'))
    const names = await readdir(store.path(''))
    expect(names.sort()).toEqual(['keys.db', 'keys.db-shm', 'keys.db-wal', 'master.jwk'])
    for (const name of names) expect((await stat(store.path(name))).mode & 0o777).toBe(0o600)
  } finally {
    process.umask(before)
  }
})

it('a wrong master key is integrity, and the right one still opens', async () => {
  const { store, id } = await filled()
  await writeFile(store.path('wrong.jwk'), jwk(), { mode: 0o600 })
  const error = await errorOf(store.open({ master_key_file: store.path('wrong.jwk') }))
  expect(error.code).toBe('integrity')
  expect(error.message).toMatch(/master key is not the one/)
  expect((await (await store.open()).get(demo, id)).value.revealText()).toBe('precious')
})

it('a wrong master key under the right kid is integrity', async () => {
  const { store } = await filled()
  const { kid } = JSON.parse(await readFile(store.options.master_key_file, 'utf8')) as { kid: string }
  expect(
    await codeOf(store.open({ master_key_file: undefined, master_key: jwk({ kid }), autogen_master_key: false })),
  ).toBe('integrity')
})

it('the master key may be given itself instead of by its file', async () => {
  const { store, id } = await filled()
  const text = await readFile(store.options.master_key_file, 'utf8')
  const keys = await store.open({ master_key_file: undefined, master_key: text, autogen_master_key: false })
  expect((await keys.get(demo, id)).value.revealText()).toBe('precious')
})

for (const mode of [0o640, 0o604, 0o660, 0o602]) {
  it(`a master-key file of mode 0${mode.toString(8)} is refused`, async () => {
    const { store } = await filled()
    await chmod(store.options.master_key_file, mode)
    const error = await errorOf(store.open())
    expect(error.code).toBe('invalid_argument')
    expect(error.message).toContain(`has mode 0${mode.toString(8)}`)
  })
}

it('a missing master key beside a database with keys is refused, and none is made', async () => {
  const { store } = await filled()
  await rename(store.options.master_key_file, store.path('kept.jwk'))
  const error = await errorOf(store.open())
  expect(error.code).toBe('invalid_argument')
  expect(error.message).toMatch(/is missing, and .* holds keys already/)
  expect(await readdir(store.path(''))).not.toContain('master.jwk')
})

it('without autogen_master_key a missing master key is refused, and nothing is left behind', async () => {
  const store = await localStore()
  const error = await errorOf(store.open({ autogen_master_key: false }))
  expect(error.message).toMatch(/autogen_master_key = true/)
  expect(await readdir(store.path(''))).toEqual([])
})

it('an existing master key is used for a new database and not replaced', async () => {
  const store = await localStore()
  const text = jwk()
  await writeFile(store.options.master_key_file, text, { mode: 0o600 })
  await (await store.open()).store(demo, passphrase('x'))
  expect(await readFile(store.options.master_key_file, 'utf8')).toBe(text)
})

const badKeys: readonly (readonly [string, string])[] = [
  ['no JSON', 'secret text that is no JSON'],
  ['another type', jwk({ kty: 'RSA' })],
  ['no kid', jwk({ kid: undefined })],
  ['16 bytes', jwk({ k: randomBytes(16).toString('base64url') })],
  ['33 bytes', jwk({ k: randomBytes(33).toString('base64url') })],
]

for (const [title, text] of badKeys) {
  it(`a master key with ${title} is refused without being shown`, async () => {
    const store = await localStore()
    await writeFile(store.options.master_key_file, text, { mode: 0o600 })
    const error = await errorOf(store.open())
    expect(error.code).toBe('invalid_argument')
    expect(error.message).toContain('master.jwk')
    expect(`${error.stack} ${String(error.cause)}`).not.toContain('secret text')
  })
}

it('a truncated database is integrity, at any length', async () => {
  const { store, id } = await filled()
  const { size } = await stat(store.options.database)
  await copyFile(store.options.database, store.path('whole.db'))
  for (const length of [0, 1, 100, 4_096, 4_097, Math.floor(size / 2), size - 4_096]) {
    await copyFile(store.path('whole.db'), store.options.database)
    await truncate(store.options.database, length)
    const reading = async () => {
      const keys = await store.open()
      await keys.get(demo, id)
    }
    expect(await codeOf(reading()), `at ${length} of ${size} bytes`).toBe('integrity')
    for (const suffix of ['-wal', '-shm']) await rm(store.options.database + suffix, { force: true })
  }
})

it('a file that is no database is integrity and is left as it is', async () => {
  const store = await localStore()
  const text = 'the minutes of a meeting\n'.repeat(500)
  await writeFile(store.options.database, text)
  expect(await codeOf(store.open())).toBe('integrity')
  expect(await readFile(store.options.database, 'utf8')).toBe(text)
})

it('a database of another program is integrity and is left as it is', async () => {
  const store = await localStore()
  store.raw((database) => database.exec('CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)'))
  expect(await codeOf(store.open())).toBe('integrity')
  expect(store.raw((database) => database.prepare('SELECT x FROM theirs').pluck().get())).toBe(1)
})

it('a database of a newer release is unsupported', async () => {
  const { store } = await filled()
  store.raw((database) => database.pragma('user_version = 999'))
  const error = await errorOf(store.open())
  expect(error.code).toBe('unsupported')
  expect(error.message).toMatch(/schema version 999/)
})

it('a database in a folder that is not there is invalid_argument', async () => {
  const store = await localStore()
  expect(await codeOf(store.open({ database: store.path('no/such/keys.db') }))).toBe('invalid_argument')
})

it('an unknown option is refused by name', async () => {
  const store = await localStore()
  expect((await errorOf(store.open({ master_key_path: 'x' }))).message).toContain('master_key_path')
})
