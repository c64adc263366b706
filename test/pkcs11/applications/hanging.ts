import { writeFile } from 'node:fs/promises'
import { KeyManager, symmetricKey } from '@chatelaine/core'
import { Pkcs11Driver } from '@chatelaine/pkcs11'

// An application one of whose lanes hangs in its module; how it ends is its first argument.

const [, , how, library_path, token, login] = process.argv
const options = { library_path, token_labels: [token], login, timeout_ms: 600_000 }
const keys = await KeyManager.open(Pkcs11Driver, options)
const id = await keys.store({}, symmetricKey(new Uint8Array(32)))
if (how !== 'idle') {
  await writeFile(process.env['FAULTY_CONTROL'] ?? '', 'C_GetAttributeValue hang\n')
  keys.get({}, id).catch(() => undefined)
}
process.stdout.write('ready\n')
if (how === 'exit') setTimeout(() => process.exit(7), 300)
