// `npm run quickstart`: installs what the local backend needs and does the main job with it, by library and by command.
// With `-- --hsm` the same on a token of SoftHSM: nothing changes but the configuration.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installAll, installDebianPackages, installQuickly } from './install.mjs'
import { nodePath, root } from './node.mjs'

const hsm = process.argv.includes('--hsm')

const local = `[key_manager]
api_class = local

[local]
database = keys.db
master_key_file = master.jwk
autogen_master_key = true
`

const pkcs11 = `[key_manager]
api_class = pkcs11

[pkcs11]
library_path = /usr/lib/softhsm/libsofthsm2.so
token_labels = quickstart
login = 1234
project_id = demo
`

if (hsm) await installDebianPackages(['g++', 'make', 'python3', 'softhsm2'])
await (hsm ? installAll() : installQuickly())
const folder = mkdtempSync(join(tmpdir(), 'chatelaine-quickstart-'))
const env = { ...process.env, SOFTHSM2_CONF: join(folder, 'softhsm2.conf') }
const config = hsm ? pkcs11 : local
try {
  if (hsm) makeToken()
  title('The configuration, chatelaine.conf')
  writeFileSync(join(folder, 'chatelaine.conf'), config)
  console.log(config.trim())

  title('By library: examples/quickstart.ts')
  console.log(readFileSync(join(root, 'examples/quickstart.ts'), 'utf8').trim())
  title('It prints')
  process.stdout.write(source('examples/quickstart.ts', []))

  title('By command line')
  const id = chatelaine(
    ['store', '--kind', 'passphrase', '--name', 'db password', '--project', 'demo'],
    'correct horse',
  ).trim()
  chatelaine(['list', '--project', 'demo'])
  chatelaine(['get', id, '--project', 'demo'])
  chatelaine(['delete', id, '--project', 'demo'])
  const key = chatelaine(['create-key', '--algorithm', 'AES', '--bit-length', '256', '--project', 'demo']).trim()
  chatelaine(['describe', key, '--project', 'demo'])
  chatelaine(['health'])
  title('Done. To go on: docs/getting-started.md')
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function chatelaine(args, input) {
  const words = args.map((word) => (/[^\w./-]/.test(word) ? `'${word}'` : word)).join(' ')
  console.log(`$ ${input === undefined ? '' : `printf '${input}' | `}chatelaine ${words}`)
  const output = source('packages/cli/src/main.ts', args, input)
  console.log(output.trimEnd())
  return output
}

function source(file, args, input = '') {
  const options = { cwd: folder, env, input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'inherit'] }
  const { status, stdout } = spawnSync(
    nodePath(),
    ['--conditions=chatelaine-source', join(root, file), ...args],
    options,
  )
  if (status !== 0) throw new Error(`${file} failed with status ${status}`)
  return stdout
}

function makeToken() {
  title('A token of SoftHSM')
  mkdirSync(join(folder, 'tokens'), { mode: 0o700 })
  writeFileSync(env.SOFTHSM2_CONF, `directories.tokendir = ${join(folder, 'tokens')}\n`)
  const args = ['--init-token', '--free', '--label', 'quickstart', '--so-pin', '12345678', '--pin', '1234']
  console.log(`$ softhsm2-util ${args.join(' ')}`)
  const { status } = spawnSync('softhsm2-util', args, { env, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error(`softhsm2-util failed with status ${status}`)
}

function title(text) {
  console.log(`\n── ${text}`)
}
