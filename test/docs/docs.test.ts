import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { exitCodes } from '@chatelaine/cli'
import { readConfigFile, sampleConfig } from 'chatelaine'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TemporaryFolder, temporaryFolder } from '../services/temporary-folder.ts'
import { blocksOf, root } from './blocks.ts'
import { runBlock } from './run-block.ts'

const exec = promisify(execFile)
const pages = globSync(['README.md', 'docs/**/*.md', 'packages/*/README.md'], { cwd: root }).sort()

const blocks = pages.flatMap(blocksOf)
let folder: TemporaryFolder

beforeAll(async () => {
  folder = await temporaryFolder()
})

afterAll(() => folder.remove())

describe.for(pages)('%s', (page) => {
  const own = blocks.filter((block) => block.page === page)

  it('links to files that are there', () => {
    const links = [...readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)]
    for (const [, link = ''] of links) {
      const target = resolve(root, dirname(page), link)
      expect(existsSync(target), relative(root, target)).toBe(true)
    }
  })

  for (const block of own.filter(({ language, text }) => language === 'ini' && text.includes('[key_manager]'))) {
    it(`its configuration ${block.number} can be read`, async () => {
      await writeFile(folder.path('some.conf'), block.text)
      const { sections } = await readConfigFile(folder.path('some.conf'))
      const apiClass = String(sections.key_manager?.api_class)
      const sample = await sampleConfig(apiClass)
      for (const option of Object.keys(sections[apiClass] ?? {})) expect(sample).toContain(`#${option} = `)
    })
  }

  const runnable = own.filter(({ language, text }) => language === 'ts' && !text.includes('defineConformance'))
  // Those of the KMIP client need a server: see kmip-client.test.ts.
  for (const block of page === 'packages/kmip-client/README.md' ? [] : runnable) {
    it(`its example ${block.number} runs`, async () => {
      const cwd = folder.path(`${page.replaceAll(/\W/g, '-')}-${block.number}`)
      await mkdir(cwd)
      const config = own.find(({ language, text }) => language === 'ini' && text.includes('[key_manager]'))
      if (config) await writeFile(join(cwd, 'chatelaine.conf'), config.text)
      await runBlock(block, cwd)
    })
  }

  const shell = own.filter(
    ({ language, text }) => language === 'sh' && text.includes('chatelaine ') && !text.includes('npm '),
  )
  for (const block of shell) {
    it(`its commands ${block.number} run`, async () => {
      const cwd = folder.path(`${page.replaceAll(/\W/g, '-')}-${block.number}-sh`)
      await mkdir(join(cwd, 'backup'), { recursive: true })
      const config = '[key_manager]\napi_class = local\n[local]\ndatabase = keys.db\nmaster_key_file = master.jwk\n'
      await writeFile(join(cwd, 'chatelaine.conf'), `${config}autogen_master_key = true\nproject_id = demo\n`)
      const main = join(root, 'packages/cli/src/main.ts')
      const command = `chatelaine() { "${process.execPath}" --conditions=chatelaine-source "${main}" "$@"; }`
      const before = block.text.includes('restore')
        ? 'chatelaine health; chatelaine backup backup/keys-2026-11-22.db'
        : ''
      const text = block.text.replaceAll('/backup/', 'backup/')
      await exec('bash', ['-euc', `${command}\n${before}\n${text}`], { cwd })
    })
  }
})

it('the README shows the example that the quickstart runs', () => {
  const example = readFileSync(join(root, 'examples/quickstart.ts'), 'utf8')
  expect(readFileSync(join(root, 'README.md'), 'utf8')).toContain(example)
})

it('the exit statuses are the documented ones', () => {
  const rows = [...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^\| `(\w+)` *\| (\d+) *\|/gm)]
  expect(Object.fromEntries(rows.map(([, code, status]) => [code, Number(status)]))).toEqual(exitCodes)
})

it('every run-time dependency has earned its place', () => {
  const text = readFileSync(join(root, 'docs/dependencies.md'), 'utf8')
  for (const file of globSync('packages/*/package.json', { cwd: root })) {
    const { dependencies = {} } = JSON.parse(readFileSync(join(root, file), 'utf8')) as { dependencies?: object }
    for (const name of Object.keys(dependencies)) {
      if (!/^(@chatelaine\/|chatelaine$|kmip-client-ts$)/.test(name)) expect(text, name).toContain(`**${name}**`)
    }
  }
})
