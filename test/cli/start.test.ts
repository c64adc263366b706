import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { nodeArguments, type Workplace, workplace } from './command.ts'

const exec = promisify(execFile)

// Tells every file that is loaded, by its address, at the end.
const watching = `import { registerHooks } from 'node:module'
const urls = []
registerHooks({ load: (url, context, next) => (urls.push(url), next(url, context)) })
process.on('exit', () => process.stderr.write(urls.join('\\n')))
`

let place: Workplace

beforeAll(async () => {
  place = await workplace()
  await writeFile(place.path('watch.mjs'), watching)
})

afterAll(() => place.folder.remove())

/** The addresses of the files that a command loads. */
async function filesOf(...args: string[]): Promise<string[]> {
  const options = { cwd: place.path(''), env: place.environment }
  const { stderr } = await exec(process.execPath, ['--import', './watch.mjs', ...nodeArguments, ...args], options)
  return stderr.split('\n')
}

const packageName = /(?<=\/node_modules\/)(@[^/]+\/)?[^/]+(?!.*\/node_modules\/)|(?<=\/packages\/)[^/]+/g

/** The packages, ours and others', that a command loads files of. */
async function loadedBy(...args: string[]): Promise<ReadonlySet<string>> {
  const names = (await filesOf(...args)).map((url) => url.match(packageName)?.at(-1) ?? url)
  return new Set(names.filter((name) => !name.includes(':')))
}

it('help and version load commander and the command alone', async () => {
  for (const args of [['--help'], ['store', '--help'], ['--version']]) {
    expect(await loadedBy(...args)).toEqual(new Set(['cli', 'commander']))
  }
})

it('health and list on a local database load neither yaml nor any other backend', async () => {
  const health = await loadedBy('health')
  expect([...health]).toEqual(expect.arrayContaining(['cli', 'chatelaine', 'core', 'local', 'better-sqlite3']))
  const list = await loadedBy('list')
  for (const name of ['yaml', 'pkcs11', 'graphene-pk11', 'pkcs11js', 'kmip', 'kmip-client', 'barbican', 'axios']) {
    expect(health).not.toContain(name)
    expect(list).not.toContain(name)
  }
  expect(health).not.toContain('string-width')
  expect(list).not.toContain('string-width')
})

it('what measures names is loaded for a name that is not of plain characters', async () => {
  await place.chatelaine(['store', '--kind', 'opaque', '--name', 'clé 🔑'], 'x')
  expect(await loadedBy('list')).toContain('string-width')
})

it('yaml is loaded for a configuration in YAML', async () => {
  await writeFile(
    place.path('chatelaine.yaml'),
    'key_manager: { api_class: local }\nlocal: { database: keys.db, master_key_file: master.jwk }\n',
  )
  expect(await loadedBy('--config', 'chatelaine.yaml', 'config', 'check')).toContain('yaml')
})

it('of the languages of zod English alone is loaded, and its messages are in the errors', async () => {
  const files = await filesOf('health')
  expect(files.filter((url) => url.includes('/zod/v4/locales/')).map((url) => url.split('/').at(-1))).toEqual(['en.js'])
  await writeFile(
    place.path('wrong.conf'),
    '[key_manager]\napi_class = local\n[local]\ndatabase = keys.db\nmaster_key_file = m.jwk\ntimeout_ms = -1\n',
  )
  await expect(filesOf('--config', 'wrong.conf', 'config', 'check')).rejects.toThrow(/Too small: expected number/)
})
