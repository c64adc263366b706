import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { blocksOf } from '../docs/blocks.ts'
import { nodes } from './nodes.ts'
import { run, strangersEnvironment } from './run.ts'
import { typeScript } from './type-script.ts'

const readme = blocksOf('README.md')
const configuration = readme.find(({ file }) => file === 'chatelaine.conf')?.text ?? ''
const example = readme.find(({ language }) => language === 'ts')?.text ?? ''
const commands = readme.find(({ language, text }) => language === 'sh' && text.includes('chatelaine get'))?.text ?? ''

/** Registers that the example and the commands of README.md work, as they stand there, in a project that has the packages. */
export function readmeWorks(project: string): void {
  it.for(nodes)("README's example runs on Node $major", async ({ bin }) => {
    const printed = await runExample(project, join(bin, 'node'), configuration)
    expect(printed).toMatch(/value: \[secret\][^]*\ncorrect horse\n$/)
  })

  it.for(nodes)("README's commands run on Node $major", async ({ major, bin }) => {
    const cwd = join(project, 'commands')
    await mkdir(cwd, { recursive: true })
    await writeFile(join(cwd, 'chatelaine.conf'), configuration)
    const env = strangersEnvironment(join(project, 'node_modules/.bin'), bin)
    const printed = await run(cwd, 'bash', ['-euc', `node --version\n${commands}`], env)
    expect(printed).toMatch(new RegExp(`^v${major}\\.[^]*correct horse`))
  })

  it("README's example has its types, and so has all that is imported beside it", async () => {
    await writeFile(join(project, 'example.ts'), example)
    await typeScript(project, { noEmit: true })
  })
}

/** Runs README's example with a configuration; gives what it printed. */
export async function runExample(project: string, node: string, config: string, env: NodeJS.ProcessEnv = {}) {
  await writeFile(join(project, 'chatelaine.conf'), config)
  await writeFile(join(project, 'example.ts'), example)
  return run(project, node, ['example.ts'], { ...strangersEnvironment(), ...env })
}

/** Runs a module in a project; gives what it printed. */
export async function runModule(project: string, node: string, text: string): Promise<string> {
  return run(project, node, ['--input-type=module', '--eval', text])
}
