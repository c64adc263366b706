import { globSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { root } from '../docs/blocks.ts'
import { pin, type SoftHsm, softHsmInstalled, softHsmLibrary, startSoftHsm } from '../services/softhsm.ts'
import { temporaryFolder } from '../services/temporary-folder.ts'
import { readmeWorks, runExample, runModule } from './application.ts'
import { nodes } from './nodes.ts'
import { installByNpm, installByPnpm, tarballsOf } from './projects.ts'
import { tarballRules } from './tarball-rules.ts'
import { entryPoints, packAll } from './tarballs.ts'
import { makeThirdParty } from './third-party.ts'

const folder = await temporaryFolder()
afterAll(() => folder.remove())

// Packed once; each project is installed once, and what follows uses it.
const tarballs = await packAll(folder.path('tarballs'))
const all = tarballsOf(tarballs)
const entries = tarballs.flatMap(entryPoints)
const ranges = Object.fromEntries(tarballs.map(({ manifest }) => [manifest.name, `^${manifest.version}`]))

await makeThirdParty(folder.path('third-party'))
const rootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly devDependencies: Readonly<Record<'@types/node', string>>
}
const others = {
  'chatelaine-map': `file:${folder.path('third-party')}`,
  '@types/node': rootManifest.devDependencies['@types/node'],
}

const useThirdParty = (options: string) => `import { openKeyManager, opaque } from 'chatelaine'
  const config = { key_manager: { api_class: 'chatelaine-map/MapDriver' }, 'chatelaine-map/MapDriver': { project_id: 'x' } }
  const keys = await openKeyManager(config, ${options})
  const { value } = await keys.get({}, await keys.store({}, opaque(new Uint8Array([1, 2, 3]))))
  console.log([...value.reveal()].join())
  await keys.close()`

tarballRules(tarballs)

describe('chatelaine alone', () => {
  const project = folder.path('alone')
  beforeAll(() => installByNpm(project, tarballsOf(tarballs, 'chatelaine', '@chatelaine/core')))

  it('brings no install script and nothing native', () => {
    const lock = readFileSync(join(project, 'package-lock.json'), 'utf8')
    expect(lock).toContain('"node_modules/chatelaine"')
    expect(lock).not.toContain('hasInstallScript')
    expect(globSync('node_modules/**/{*.node,binding.gyp}', { cwd: project })).toEqual([])
  })

  it('says which package a backend needs', async () => {
    const text = `import { openKeyManager } from 'chatelaine'
      await openKeyManager({ key_manager: { api_class: 'kmip' } }).catch((error) => console.log(error.message))`
    expect(await runModule(project, process.execPath, text)).toContain('npm install @chatelaine/kmip')
  })
})

describe('installed by npm', () => {
  const project = folder.path('npm')
  beforeAll(async () => {
    await installByNpm(project, { ...all, ...others, 'core-again': all['@chatelaine/core'] ?? '' })
    // Compiled together with README's example.
    await writeFile(
      join(project, 'every.ts'),
      entries.map((entry, index) => `export * as e${index} from '${entry}'\n`).join(''),
    )
  }, 240_000)

  readmeWorks(project)

  it.for(nodes)('every package can be imported on Node $major', async ({ major, bin }) => {
    // The suite itself is for vitest, which an application that uses the memory driver need not have.
    const specifiers = entries.filter((entry) => entry !== '@chatelaine/conformance')
    const text = `console.log(process.version)
      const specifiers = ${JSON.stringify(specifiers)}
      for (const specifier of specifiers) console.log(specifier, Object.keys(await import(specifier)).join())`
    const printed = await runModule(project, join(bin, 'node'), text)
    expect(printed).toMatch(new RegExp(`^v${major}\\.`))
    for (const driver of ['LocalDriver', 'Pkcs11Driver', 'KmipDriver', 'BarbicanDriver', 'MemoryDriver']) {
      expect(printed).toContain(driver)
    }
  })

  it('a backend of somebody else is found beside chatelaine', async () => {
    expect(await runModule(project, process.execPath, useThirdParty('{}'))).toBe('1,2,3\n')
  })

  it('two copies of core agree on what is an error of theirs', async () => {
    const text = `import { KeyManagerError } from '@chatelaine/core'
      import { KeyManagerError as Other } from 'core-again'
      const error = new Other('not_found', 'it is not there')
      console.log(error instanceof KeyManagerError, KeyManagerError.is(error, 'not_found'), KeyManagerError.is(error, 'closed'))`
    expect(await runModule(project, process.execPath, text)).toBe('false true false\n')
  })

  describe.skipIf(!softHsmInstalled)('on a token of SoftHSM', () => {
    let hsm: SoftHsm
    beforeAll(async () => {
      hsm = await startSoftHsm('installed')
    })
    afterAll(() => hsm.close())

    it.for(nodes)("README's example runs in lanes on Node $major", async ({ bin }) => {
      const options = `library_path = ${softHsmLibrary}\ntoken_labels = installed\nlogin = ${pin}\nproject_id = demo\n`
      const config = `[key_manager]\napi_class = pkcs11\n[pkcs11]\n${options}`
      const env = { SOFTHSM2_CONF: hsm.configuration }
      expect(await runExample(project, join(bin, 'node'), config, env)).toMatch(/\ncorrect horse\n$/)
    })
  })
})

describe('installed by pnpm', () => {
  const project = folder.path('pnpm/application')
  const names = ['chatelaine', '@chatelaine/local', '@chatelaine/cli']
  beforeAll(async () => {
    const wanted = Object.fromEntries(names.map((name) => [name, ranges[name] ?? '']))
    await installByPnpm(project, { ...wanted, ...others }, all)
  }, 120_000)

  readmeWorks(project)

  it('a backend of somebody else is found by the import that the application lends, and only so', async () => {
    const lent = '{ import: (specifier) => import(specifier) }'
    expect(await runModule(project, process.execPath, useThirdParty(lent))).toBe('1,2,3\n')
    await expect(runModule(project, process.execPath, useThirdParty('{}'))).rejects.toThrow(
      /npm install chatelaine-map/,
    )
  })
})
