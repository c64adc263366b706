import { KeyManager, symmetricKey } from '@chatelaine/core'
import { Pkcs11Driver } from '@chatelaine/pkcs11'

// Another application on the same token: stores what it is told to, and prints the ids.

const [, , library_path, token, login, count] = process.argv
const keys = await KeyManager.open(Pkcs11Driver, { library_path, token_labels: [token], login })
for (let index = 0; index < Number(count); index++) {
  const id = await keys.store({}, symmetricKey(new Uint8Array(32).fill(index), { name: 'of another process' }))
  process.stdout.write(`${id}\n`)
}
await keys.close()
