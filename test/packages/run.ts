import { execFile } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { ownNode } from './nodes.ts'

const exec = promisify(execFile)
const kept =
  /^(?:home|lang|tmpdir|\w+_proxy|node_extra_ca_certs|ssl_cert_(?:file|dir)|npm_config_(?:registry|cache|\w+config))$/i

/** The environment of a stranger: nothing of the workspace, of the npm that runs the tests, or of the tests; folders to search first. */
export function strangersEnvironment(...first: readonly string[]): NodeJS.ProcessEnv {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'))
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(([name]) => kept.test(name))),
    PATH: [...first, join(ownNode, 'bin'), ...path].join(delimiter),
    npm_config_nodedir: ownNode,
    npm_config_update_notifier: 'false',
    CI: 'true',
  }
}

/** Runs a command in that environment; gives what it wrote to standard output, and fails with all that it wrote. */
export async function run(
  cwd: string,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = strangersEnvironment(),
): Promise<string> {
  try {
    return (await exec(command, args, { cwd, env, maxBuffer: 2 ** 26 })).stdout
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string }
    throw new Error(`${command} ${args.join(' ')} failed in ${cwd}\n${stdout}${stderr}`, { cause: error })
  }
}
