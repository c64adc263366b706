import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { KeyManagerError, openKeyManager, passphrase } from 'chatelaine'
import { afterEach, describe, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../services/temporary-folder.ts'

let folder: TemporaryFolder | undefined

afterEach(async () => {
  await folder?.remove()
  folder = undefined
  delete process.env.CHATELAINE_TEST_VALUE
})

async function file(text: string, name = 'chatelaine.conf'): Promise<string> {
  folder ??= await temporaryFolder()
  await writeFile(folder.path(name), text)
  return folder.path(name)
}

const local = `[key_manager]
api_class = local

[local]
database = keys.db
master_key_file = master.jwk
autogen_master_key = yes
project_id = demo
`

async function works(path: string, options = {}): Promise<void> {
  const keys = await openKeyManager.fromFile(path, options)
  try {
    const id = await keys.store({}, passphrase('x'))
    expect((await keys.get({ projectId: 'demo' }, id)).value.revealText()).toBe('x')
  } finally {
    await keys.close()
  }
}

async function messageOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    async (opened) => {
      if (typeof opened === 'object' && opened !== null && 'close' in opened)
        await (opened as { close(): Promise<void> }).close()
      return undefined
    },
    (thrown: unknown) => thrown,
  )
  expect(KeyManagerError.is(error, 'invalid_argument'), String(error)).toBe(true)
  return (error as Error).message
}

describe('a configuration that works', () => {
  it('is a file whose relative paths are relative to its folder', async () => {
    await works(await file(local))
  })

  it('may call api_class backend, as castellan does now', async () => {
    await works(await file(local.replace('api_class', 'backend')))
  })

  it('may have colons, quotes, comments, blank lines, CRLF, a byte order mark and the sections of other programs', async () => {
    const text = `\ufeff# a comment
[DEFAULT]
log_file = /var/log/x.log
[oslo_messaging]
transport_url : rabbit://$unknown:pass@host
 continued
; another comment
[key_manager]
api_class: 'local'
[local]
database = "keys.db"
master_key_file=master.jwk
autogen_master_key = True
project_id = demo
`
    await works(await file(text.replaceAll('\n', '\r\n')))
  })

  it('may refer to other options, to the environment and to files', async () => {
    process.env.CHATELAINE_TEST_VALUE = 'keys'
    await file('demo\n', 'project')
    const text = `[DEFAULT]
stem = master
[other]
suffix = jwk
[key_manager]
api_class = local
[local]
database = \${env:CHATELAINE_TEST_VALUE}.db
master_key_file = $stem.\${other.suffix}
autogen_master_key = 1
project_id = \${file:project}
`
    await works(await file(text.replace('$stem.$', '${stem}.$')))
  })

  it('writes a dollar sign as $$', async () => {
    const path = await file(local.replace('project_id = demo', () => 'project_id = a$$b$$$$c'))
    const keys = await openKeyManager.fromFile(path)
    const id = await keys.store({}, passphrase('x'))
    expect((await keys.get({ projectId: 'a$b$$c' }, id)).id).toBe(id)
    await keys.close()
  })

  it('may be a plain object, in which texts and values of their own type mean the same', async () => {
    folder = await temporaryFolder()
    for (const autogen of [true, 'true']) {
      const keys = await openKeyManager({
        key_manager: { api_class: 'local' },
        local: { database: folder.path('keys.db'), master_key_file: folder.path('m.jwk'), autogen_master_key: autogen },
      })
      await keys.close()
    }
  })

  it('leaves $name in a plain object as it is', async () => {
    folder = await temporaryFolder()
    const keys = await openKeyManager({
      key_manager: { api_class: 'local' },
      local: {
        database: folder.path('$keys.db'),
        master_key_file: folder.path('m.jwk'),
        autogen_master_key: true,
        project_id: '$$',
      },
    })
    const id = await keys.store({}, passphrase('x'))
    expect((await keys.get({ projectId: '$$' }, id)).id).toBe(id)
    await keys.close()
  })

  it('may be YAML or JSON, with values of their own type', async () => {
    const yaml = `# the same
key_manager: {api_class: local}
local:
  database: keys.db
  master_key_file: master.jwk
  autogen_master_key: true
  project_id: demo
  timeout_ms: 100
others: [left, alone]
`
    await works(await file(yaml, 'chatelaine.yaml'))
    await works(await file(yaml, 'chatelaine.yml'))
    const local = { database: 'keys.db', master_key_file: 'master.jwk', autogen_master_key: true, project_id: 'demo' }
    await works(await file(JSON.stringify({ key_manager: { api_class: 'local' }, local }), 'chatelaine.json'))
  })

  it('may hold several managers, each with sections of its own', async () => {
    const archive = local.replace('[key_manager]', '[key_manager:archive]').replace('[local]', '[local:archive]')
    const path = await file(`${local}\n${archive.replaceAll('keys.db', 'archive.db')}`)
    await works(path)
    await works(path, { manager: 'archive' })
    const { readdir } = await import('node:fs/promises')
    expect((await readdir(folder?.path('') ?? '')).filter((name) => name.endsWith('.db'))).toEqual([
      'archive.db',
      'keys.db',
    ])
    expect(await messageOf(openKeyManager.fromFile(path, { manager: 'other' }))).toMatch(
      /no section \[key_manager:other\]/,
    )
  })

  it('may name a driver of another package, imported by the application', async () => {
    const path = await file(
      '[key_manager]\napi_class = acme-keys/MemoryDriver\n[acme-keys/MemoryDriver]\nproject_id = demo\n',
    )
    const asked: string[] = []
    const load = (specifier: string) => {
      asked.push(specifier)
      return import('@chatelaine/conformance/memory')
    }
    await works(path, { import: load })
    expect(asked).toEqual(['acme-keys'])
  })

  it('may name an export of a path in a scoped package', async () => {
    const path = await file(`[key_manager]
api_class = @chatelaine/conformance/memory/MemoryDriver
[@chatelaine/conformance/memory/MemoryDriver]
project_id = demo
`)
    await works(path, { import: (specifier: string) => import(specifier) })
  })
})

const mistakes: readonly (readonly [string, string, RegExp])[] = [
  ['no section [key_manager]', '[local]\n', /chatelaine\.conf: there is no section \[key_manager\]/],
  ['no api_class', '[key_manager]\n', /\[key_manager\] api_class: it is missing/],
  [
    'two api_class that differ',
    '[key_manager]\napi_class = local\nbackend = kmip\n',
    /\[key_manager\] backend: it contradicts/,
  ],
  [
    'an unknown api_class',
    '[key_manager]\napi_class = locla\n',
    /\[key_manager\] api_class: "locla".*did you mean local\?/,
  ],
  ['a comment behind api_class', '[key_manager]\napi_class = local ; mine\n', /comments stand on lines of their own/],
  ['a path as api_class', '[key_manager]\napi_class = ./driver/Driver\n', /neither one of/],
  ['a path upwards as api_class', '[key_manager]\napi_class = acme/../../x/Driver\n', /neither one of/],
  ['a URL as api_class', '[key_manager]\napi_class = file:///tmp/driver.js/Driver\n', /neither one of/],
  ['data as api_class', '[key_manager]\napi_class = data:text/javascript,1/Driver\n', /neither one of/],
  ['a package that is not installed', '[key_manager]\napi_class = @acme/keys/Driver\n', /npm install @acme\/keys/],
  ['an export that is no driver', '[key_manager]\napi_class = zod/ZodError\n', /zod exports no driver class ZodError/],
  [
    'a mistyped option',
    `${local}timeout_m = 5\n`,
    /\[local\] timeout_m: there is no such option; did you mean timeout_ms\?/,
  ],
  [
    'a mistyped option of [key_manager]',
    '[key_manager]\napi_clas = local\n',
    /\[key_manager\] api_clas: .*did you mean api_class\?/,
  ],
  [
    'an option that is missing',
    '[key_manager]\napi_class = local\n[local]\nmaster_key_file = x\n',
    /\[local\] database: it is missing/,
  ],
  [
    'two options that exclude each other',
    `${local}master_key = x\n`,
    /\[local\] exactly one of master_key_file and master_key/,
  ],
  ['neither of two options', '[key_manager]\napi_class = local\n[local]\ndatabase = x\n', /\[local\] exactly one of/],
  [
    'a word that is neither true nor false',
    local.replace('yes', 'maybe'),
    /\[local\] autogen_master_key: it is neither true nor false/,
  ],
  ['a word where a number is needed', `${local}timeout_ms = soon\n`, /\[local\] timeout_ms: it is not a number/],
  [
    'a wrong choice in a section beside the backend’s',
    '[key_manager]\nbackend = barbican\n[barbican_service_user]\nauth_type = kerberos\n',
    /chatelaine\.conf: \[barbican_service_user\] auth_type: .*expected one of/,
  ],
  ['a number that is too small', `${local}timeout_ms = -1\n`, /\[local\] timeout_ms/],
  ['an option given twice', `${local}project_id = again\n`, /\[local\] project_id: it is given twice/],
  ['a section without end', '[key_manager\n', /line 1: a section needs a closing bracket/],
  ['a section without name', '[]\n', /line 1: a section needs a name/],
  ['a line that is nothing', '[key_manager]\nlocal\n', /line 2: neither a section, a comment nor option = value/],
  ['an option without name', '[key_manager]\n= local\n', /line 2: an option needs a name/],
  [
    'a section under its old name',
    '[keymgr]\napi_class = local\n',
    /no section \[key_manager\]; \[keymgr\] is its old name/,
  ],
  [
    'a continuation of a comment',
    '[key_manager]\napi_class = local\n# x\n y\n',
    /line 4: an indented line continues nothing/,
  ],
  ['a continuation of nothing', '[key_manager]\n  local\n', /line 2: an indented line continues nothing/],
  ['a reference to nothing', local.replace('demo', '$nothing'), /\[local\] project_id: it refers to "nothing".*\$\$/],
  [
    'a reference to a variable that is not set',
    local.replace('demo', '${env:CHATELAINE_NOT_SET}'),
    /"CHATELAINE_NOT_SET" is not set/,
  ],
  [
    'a reference to a file that is not there',
    local.replace('demo', '${file:nowhere}'),
    /\[local\] project_id: the file .*nowhere cannot be read \(ENOENT\)/,
  ],
  ['references that go round', local.replace('demo', '$project_id'), /circle/],
  ['a section of [__proto__]', '[__proto__]\nx = 1\n', /there is no section \[key_manager\]/],
]

for (const [title, text, message] of mistakes) {
  it(`${title} is an error that names the place`, async () => {
    expect(await messageOf(openKeyManager.fromFile(await file(text)))).toMatch(message)
  })
}

const brokenFiles: readonly (readonly [string, string, RegExp])[] = [
  [
    'c.yaml',
    'key_manager:\n  token: marker-of-a-secret\n  token: again\n',
    /c\.yaml: line 3: not YAML \(duplicate key\)/,
  ],
  ['c.yaml', 'key_manager: [marker-of-a-secret\n', /c\.yaml: line \d: not YAML/],
  ['c.yaml', '- a list\n', /a configuration is a mapping of sections/],
  ['c.json', '{\n"local": marker-of-a-secret}', /c\.json: line 2: not JSON/],
  ['c.json', '{"key_manager": {"api_class": "local"}, "local": 7}', /\[local\] a section is an object/],
  [
    'c.json',
    '{"key_manager": {"api_class": "local"}, "local": {"database": 7, "master_key_file": "x"}}',
    /\[local\] database: .*expected string/,
  ],
]

for (const [name, text, message] of brokenFiles) {
  it(`${name} with ${text.slice(0, 24).replaceAll('\n', ' ')} is an error that names the place and shows nothing`, async () => {
    const shown = await messageOf(openKeyManager.fromFile(await file(text, name)))
    expect(shown).toMatch(message)
    expect(shown).not.toContain('marker-of-a-secret')
  })
}

it('a configuration that is not there is an error that names it', async () => {
  expect(await messageOf(openKeyManager.fromFile('/nowhere/chatelaine.conf'))).toMatch(
    /\/nowhere\/chatelaine\.conf: .*ENOENT/,
  )
})

it('a mistake in the configuration makes no file', async () => {
  const path = await file(local.replace('yes', 'no'))
  expect(await messageOf(openKeyManager.fromFile(path))).toMatch(/master_key_file .* is missing/)
  const { readdir } = await import('node:fs/promises')
  expect(await readdir(folder?.path('') ?? '')).toEqual(['chatelaine.conf'])
})

it('a secret in a configuration is in no error', async () => {
  const text = local
    .replace('master_key_file = master.jwk', 'master_key = {"k": "marker-of-a-secret"}')
    .replace('yes', 'no')
  expect(await messageOf(openKeyManager.fromFile(await file(text)))).not.toContain('marker-of-a-secret')
})

it('a file that cannot be read is an error without its content', async () => {
  folder = await temporaryFolder()
  await mkdir(folder.path('a-folder'))
  await chmod(folder.path('a-folder'), 0o700)
  expect(await messageOf(openKeyManager.fromFile(folder.path('a-folder')))).toMatch(/EISDIR/)
})
