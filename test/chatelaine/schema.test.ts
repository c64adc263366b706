// What is made from the drivers' schemas: samples, and the JSON Schema for editors.
import { writeFile } from 'node:fs/promises'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { configSchema, openKeyManager, passphrase, readConfigFile, sampleConfig } from 'chatelaine'
import { beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../services/temporary-folder.ts'

const backends = ['local', 'pkcs11', 'kmip', 'barbican']

describe.for(backends)('the sample of %s', (apiClass) => {
  it('says of every option what it means and whose name it is', async () => {
    const sample = await sampleConfig(apiClass)
    const blocks = sample.split('\n\n').filter((block) => /^#\w+ = /m.test(block))
    expect(blocks.length).toBeGreaterThan(5)
    for (const block of blocks) {
      expect(block).toMatch(/^# [A-Z].*\.$/m)
      expect(block).toMatch(/^# Origin: (castellan|barbican|keystoneauth|Nova and Cinder|chatelaine)$/m)
    }
  })

  it('is a configuration itself', async () => {
    const folder = await temporaryFolder()
    await writeFile(folder.path('sample.conf'), await sampleConfig(apiClass))
    const { sections } = await readConfigFile(folder.path('sample.conf'))
    expect(Object.keys(sections)).toContain(apiClass)
    expect(sections.key_manager).toEqual({ api_class: apiClass })
    await folder.remove()
  })
})

it('the sample says what is required', async () => {
  expect(await sampleConfig('local')).toMatch(
    /^# The SQLite file .*\n# Required\.\n# Origin: chatelaine\n#database = /m,
  )
  expect(await sampleConfig('kmip')).toMatch(/^# Required\.\n# Origin: barbican\n#host = /m)
  expect((await sampleConfig('barbican')).match(/^# Required\.$/gm)).toBeNull()
})

it('the sample works once it is filled in', async () => {
  const folder = await temporaryFolder()
  const filled = (await sampleConfig('local'))
    .replace('#database = /path/to/file', 'database = keys.db')
    .replace('#master_key_file = /path/to/file', 'master_key_file = master.jwk')
    .replace('#autogen_master_key = false', 'autogen_master_key = true')
    .replace('#project_id = <string>', 'project_id = demo')
  await writeFile(folder.path('chatelaine.conf'), filled)
  const keys = await openKeyManager.fromFile(folder.path('chatelaine.conf'))
  const id = await keys.store({}, passphrase('x'))
  expect((await keys.get({ projectId: 'demo' }, id)).id).toBe(id)
  await keys.close()
  await folder.remove()
})

describe('the JSON Schema for editors', () => {
  let valid: ValidateFunction

  beforeAll(async () => {
    // Not strict: keywords of ours say what editors need not know.
    valid = new Ajv2020({ strict: false, validateFormats: false }).compile(await configSchema())
  })

  const local = { database: 'keys.db', master_key_file: 'm.jwk', autogen_master_key: true, timeout_ms: 100 }
  const good: Readonly<Record<string, unknown>> = {
    'a backend’s options': { key_manager: { api_class: 'local' }, local },
    'a manager with a name': { 'key_manager:archive': { api_class: 'local' }, 'local:archive': local },
    'references where a number, a word or a list is wanted': {
      key_manager: { api_class: 'pkcs11', auth_type: '${env:TYPE}' },
      local: { ...local, timeout_ms: '${env:TIMEOUT}', autogen_master_key: '${file:auto}' },
      pkcs11: { library_path: '/lib/x.so', token_labels: 'one, two', slot_id: '${env:SLOT}' },
    },
    'sections of other programs': { key_manager: { api_class: 'local' }, local, others: [1, 2] },
    'the service user of Barbican': { barbican_service_user: { username: 'barbican', timeout: 5 } },
  }
  for (const [title, config] of Object.entries(good)) {
    it(`takes ${title}`, () => {
      expect(valid(config), JSON.stringify(valid.errors)).toBe(true)
    })
  }

  const wrong: Readonly<Record<string, unknown>> = {
    'an unknown option': { local: { ...local, databse: 'x' } },
    'an unknown option of a manager with a name': { 'local:archive': { ...local, databse: 'x' } },
    'a number where text is wanted': { local: { ...local, database: 7 } },
    'a number that is too small': { local: { ...local, timeout_ms: -1 } },
    'a word that is not one of the choices': { barbican: { barbican_endpoint_type: 'private' } },
    'text where a number is wanted': { local: { ...local, timeout_ms: 'soon' } },
  }
  for (const [title, config] of Object.entries(wrong)) {
    it(`refuses ${title}`, () => {
      expect(valid(config)).toBe(false)
    })
  }

  it('explains every option', async () => {
    const { patternProperties } = await configSchema()
    const sections = patternProperties as Record<string, { properties: Record<string, { description?: string }> }>
    expect(Object.keys(sections).length).toBe(6)
    for (const { properties } of Object.values(sections)) {
      for (const [option, { description }] of Object.entries(properties)) expect(description, option).toBeTruthy()
    }
  })
})
