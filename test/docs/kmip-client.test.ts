import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KmipServer, startKmipServer } from '../services/kmip-server.ts'
import { type TemporaryFolder, temporaryFolder } from '../services/temporary-folder.ts'
import { blocksOf } from './blocks.ts'
import { runBlock } from './run-block.ts'

const page = 'packages/kmip-client/README.md'
const examples = blocksOf(page).filter(({ language }) => language === 'ts')

// What a reader of the page has by the time that an example comes.
const names = (host: string) => `import { readFileSync } from 'node:fs'
import * as kmip from '${import.meta.resolve('kmip-client-ts')}'
const host = '${host}'
const tls = { ca: readFileSync('ca.pem'), cert: readFileSync('client.pem'), key: readFileSync('client.key') }
const client = await kmip.openClient({ host, tls })
const attributes = { cryptographicAlgorithm: 'AES', cryptographicLength: 256, cryptographicUsageMask: 12 }
const { uniqueIdentifier } = await client.request('Create', { objectType: 'SymmetricKey', attributes })
await client.request('Activate', { uniqueIdentifier })
const [bytes, data] = [new Uint8Array(32), new Uint8Array(8)]
const [passphrase, pfx, maxVersion, ciphers, servername] = []
Object.assign(globalThis, kmip, tls, { host, tls, client, attributes, uniqueIdentifier, bytes, data })
Object.assign(globalThis, { passphrase, pfx, maxVersion, ciphers, servername, password: 'a password' })
Object.assign(globalThis, { record: () => {}, logger: { info: console.log } })
`

describe(page, () => {
  let folder: TemporaryFolder
  let server: KmipServer

  beforeAll(async () => {
    folder = await temporaryFolder()
    server = await startKmipServer()
    const files = { 'ca.pem': server.tls.ca, 'client.pem': server.tls.cert, 'client.key': server.tls.key }
    for (const [name, text] of Object.entries(files)) await writeFile(folder.path(name), text)
    await writeFile(folder.path('names.mjs'), names(`127.0.0.1:${server.port}`))
  })

  afterAll(async () => {
    await server.close()
    await folder.remove()
  })

  const run = (number: number) => {
    const block = examples[number]
    if (block === undefined) throw new Error(`there is no example ${number}`)
    const text = block.text.replace('kmip.example.org', `127.0.0.1:${server.port}`)
    const end = 'await Promise.all([client.close(), globalThis.client.close()])\n'
    const preload = `--import=${pathToFileURL(folder.path('names.mjs')).href}`
    return runBlock({ ...block, text: text + end }, folder.path('.'), preload)
  }

  it.for(examples.map((_, number) => number))('its example %i runs', async (number) => {
    const outcome = await run(number).catch((error: Error) => error.message)
    // Operations of one's own are for devices that have them; this server says that it does not.
    if (examples[number]?.text.includes('RNGSeed')) expect(outcome).toMatch(/KmipServerError.*RNGSeed/)
    else expect(outcome).not.toContain('Error')
  })
})
