import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import {
  type Client,
  type ClientOptions,
  defineOperation,
  item,
  KmipServerError,
  type LogEntry,
  label,
  logging,
  openClient,
  required,
  structure,
} from 'kmip-client-ts'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Behaviour, type KmipServer, startKmipServer } from '../services/kmip-server.ts'

let server: KmipServer
const clients: Client[] = []

beforeAll(async () => {
  server = await startKmipServer()
})

afterAll(async () => {
  await server.close()
})

afterEach(async () => {
  await server.behave({})
  await Promise.all(clients.splice(0).map((client) => client.close({ timeoutMs: 0 })))
})

async function open(options: Partial<ClientOptions> = {}, behaviour: Behaviour = {}): Promise<Client> {
  await server.behave(behaviour)
  const client = await openClient({
    host: '127.0.0.1',
    port: server.port,
    tls: server.tls,
    timeoutMs: 3000,
    ...options,
  })
  clients.push(client)
  return client
}

const bytesOf = (fill: number, length = 32) => new Uint8Array(length).fill(fill)

async function register(client: Client, fill: number, name = 'a key', length = 32): Promise<string> {
  const keyBlock = {
    keyFormatType: 'Raw',
    keyValue: { keyMaterial: bytesOf(fill, length) },
    cryptographicAlgorithm: 'AES',
    cryptographicLength: 256,
  } as const
  const attributes = { name: [{ nameValue: name, nameType: 'UninterpretedTextString' as const }] }
  return (await client.request('Register', { objectType: 'SymmetricKey', attributes, symmetricKey: { keyBlock } }))
    .uniqueIdentifier
}

async function material(client: Client, uniqueIdentifier: string): Promise<unknown> {
  const { symmetricKey } = await client.request('Get', { uniqueIdentifier })
  const value = symmetricKey?.keyBlock.keyValue
  return value === undefined || value instanceof Uint8Array ? undefined : value.keyMaterial
}

const code = (wanted: string) => expect.objectContaining({ code: wanted })

describe('versions', () => {
  it('the newest that both sides speak is used', async () => {
    expect((await open()).version).toBe('2.1')
    expect((await open({}, { versions: ['1.0', '1.1', '1.2', '1.3'] })).version).toBe('1.3')
  })

  it('a server that does not know the question speaks 1.0, and so does one that cannot parse it', async () => {
    expect((await open({}, { noDiscover: true })).version).toBe('1.0')
    expect((await open({}, { versions: ['1.0'] })).version).toBe('1.0')
  })

  it('one that is given is not asked for', async () => {
    const { counts: before } = await server.counted()
    const client = await open({ version: '1.2' })
    await client.request('Query', { queryFunctions: ['QueryOperations'] })
    expect((await server.counted()).counts['DiscoverVersions']).toBe(before['DiscoverVersions'])
    await expect(client.request('SetAttribute', {})).rejects.toThrow(code('unsupported'))
  })

  it('an answer in a header of 1.0 is understood', async () => {
    const client = await open({ version: '1.4' })
    const id = await register(client, 3)
    await server.behave({ answerVersion: '1.0' })
    expect(await material(client, id)).toEqual(bytesOf(3))
  })

  it('every one carries an object there and back', async () => {
    for (const version of ['1.0', '1.1', '1.2', '1.3', '1.4', '2.0', '2.1'] as const) {
      const client = await open({ version })
      const id = await register(client, 9, `key of ${version}`)
      expect(await material(client, id)).toEqual(bytesOf(9))
      const { attributes } = await client.request('GetAttributes', {
        uniqueIdentifier: id,
        attributeNames: ['name', 'state'],
      })
      expect(attributes).toMatchObject({ name: [{ nameValue: `key of ${version}` }], state: 'PreActive' })
      const { uniqueIdentifiers } = await client.request('Locate', { attributes: attributes ?? {} })
      expect(uniqueIdentifiers).toEqual([id])
    }
  })
})

describe('messages', () => {
  it('come through in pieces of every size', async () => {
    const client = await open()
    const id = await register(client, 5)
    for (const chunk of [1, 3, 7, 8, 9, 64]) {
      await server.behave({ chunk })
      expect(await material(client, id)).toEqual(bytesOf(5))
    }
  })

  it('come through joined, and each goes to its caller', async () => {
    const client = await open({ pool: { max: 1, pipelining: 8 } })
    const ids = await Promise.all([1, 2, 3, 4, 5, 6].map((fill) => register(client, fill)))
    await server.behave({ coalesce: 6 })
    expect(await Promise.all(ids.map((id) => material(client, id)))).toEqual(
      [1, 2, 3, 4, 5, 6].map((fill) => bytesOf(fill)),
    )
  })

  it('larger than a TLS record come through', async () => {
    const client = await open()
    const id = await register(client, 6, 'large', 100_000)
    expect(await material(client, id)).toEqual(bytesOf(6, 100_000))
  })

  it('carry names beyond ASCII', async () => {
    const client = await open()
    const id = await register(client, 7, 'clé-鍵-🔑')
    const { attributes } = await client.request('GetAttributes', { uniqueIdentifier: id })
    expect(attributes?.name?.[0]?.nameValue).toBe('clé-鍵-🔑')
  })

  it('with unknown tags are understood', async () => {
    const client = await open()
    const id = await register(client, 8)
    await server.behave({ unknownTags: true })
    expect(await material(client, id)).toEqual(bytesOf(8))
  })
})

describe('batches', () => {
  it('pass the identifier on from item to item', async () => {
    const client = await open()
    const attributes = { cryptographicAlgorithm: 'AES', cryptographicLength: 256, cryptographicUsageMask: 12 } as const
    const [created, activated, got] = await client.batch([
      item('Create', { objectType: 'SymmetricKey', attributes }),
      item('Activate', {}),
      item('Get', {}),
    ])
    expect(created.ok && activated.ok && got.ok && got.value.uniqueIdentifier === created.value.uniqueIdentifier).toBe(
      true,
    )
  })

  it('say of every item what became of it', async () => {
    const client = await open()
    const id = await register(client, 1)
    const items = [
      item('Get', { uniqueIdentifier: id }),
      item('Get', { uniqueIdentifier: 'nobody' }),
      item('Get', { uniqueIdentifier: id }),
    ] as const
    const stopped = await client.batch(items)
    expect(stopped.map((result) => (result.ok ? 'ok' : result.error.code))).toEqual(['ok', 'refused', 'aborted'])
    const continued = await client.batch(items, { onError: 'Continue' })
    expect(continued.map((result) => (result.ok ? 'ok' : result.error.code))).toEqual(['ok', 'refused', 'ok'])
  })
})

describe('refusals', () => {
  it('are errors that name operation and reason, and do not print the words of the server', async () => {
    const client = await open()
    const error: unknown = await client
      .request('Get', { uniqueIdentifier: 'nobody' })
      .catch((thrown: unknown) => thrown)
    expect(KmipServerError.refusal(error, 'ItemNotFound')).toBe(true)
    expect(error).toMatchObject({ operation: 'Get', reason: 'ItemNotFound', serverMessage: 'refused: secret words' })
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain('secret words')
  })

  it('of the credentials are told from a version that is not spoken', async () => {
    await expect(open({}, { password: 'right' })).rejects.toThrow(
      expect.objectContaining({ reason: 'AuthenticationNotSuccessful' }),
    )
    const wrong = {
      credentialType: 'UsernameAndPassword',
      credentialValue: { username: 'u', password: 'wrong' },
    } as const
    await expect(open({ credentials: [wrong] }, { password: 'right' })).rejects.toThrow(code('refused'))
  })

  it('do not come for credentials of every type, given or asked for', async () => {
    const right = {
      credentialType: 'UsernameAndPassword',
      credentialValue: { username: 'u', password: 'right' },
    } as const
    const others = [
      { credentialType: 'Device', credentialValue: { deviceSerialNumber: '1', password: 'p', networkIdentifier: 'n' } },
      {
        credentialType: 'Attestation',
        credentialValue: {
          nonce: { nonceID: bytesOf(1, 2), nonceValue: bytesOf(2, 2) },
          attestationType: 'TPMQuote',
          attestationMeasurement: bytesOf(3, 3),
        },
      },
      { credentialType: 'OneTimePassword', credentialValue: { username: 'u', password: 'p', oneTimePassword: '123' } },
      {
        credentialType: 'HashedPassword',
        credentialValue: { username: 'u', timeStamp: 1n, hashingAlgorithm: 'SHA_256', hashedPassword: bytesOf(1) },
      },
      { credentialType: 'Ticket', credentialValue: { ticket: { ticketType: 'Login', ticketValue: bytesOf(1) } } },
      { credentialType: 0x8000_0001, credentialValue: Uint8Array.of(1, 2) },
    ] as const
    const client = await open({ version: '2.1', credentials: async () => [...others, right] }, { password: 'right' })
    expect(await register(client, 1)).toMatch(/^object/)
  })
})

describe('asynchronous answers', () => {
  it.each([true, false])('are polled for until they are there (the answer names Poll: %s)', async (pollSaysPoll) => {
    const client = await open()
    const id = await register(client, 4)
    await server.behave({ pendingPolls: 2, pollSaysPoll })
    const { symmetricKey } = await client.request('Get', { uniqueIdentifier: id }, { asynchronous: true })
    expect(symmetricKey?.keyBlock.keyFormatType).toBe('Raw')
  })

  it('that do not come in time are indeterminate where something may have changed, and the server is asked to cancel', async () => {
    const client = await open()
    const before = (await server.counted()).counts['Cancel'] ?? 0
    await server.behave({ pendingPolls: 1000 })
    const attributes = { cryptographicAlgorithm: 'AES', cryptographicLength: 256, cryptographicUsageMask: 12 } as const
    const create = client.request(
      'Create',
      { objectType: 'SymmetricKey', attributes },
      { asynchronous: true, timeoutMs: 300 },
    )
    await expect(create).rejects.toThrow(code('indeterminate'))
    expect((await server.counted()).counts['Cancel']).toBe(before + 1)
    await expect(client.request('Get', { uniqueIdentifier: 'x' }, { timeoutMs: 300 })).rejects.toThrow(code('timeout'))
  })
})

describe('middleware', () => {
  it('stands around every request, the first outermost', async () => {
    const seen: string[] = []
    const client = await open({
      middleware: ['outer', 'inner'].map((name) => async (call, next) => {
        seen.push(`${name} ${call.items[0]?.operation.name}`)
        return next(call)
      }),
    })
    await client.request('Query', { queryFunctions: ['QueryOperations'] })
    expect(seen).toEqual(['outer Query', 'inner Query'])
  })

  it('for logging shows names and numbers, and no secret', async () => {
    const entries: LogEntry[] = []
    const credentials = [
      { credentialType: 'UsernameAndPassword', credentialValue: { username: 'user-word', password: 'pass-word' } },
    ] as const
    const client = await open({ middleware: [logging((entry) => entries.push(entry))], credentials })
    const secret = Buffer.from('secret-word-secret-word-secret-w')
    const keyBlock = {
      keyFormatType: 'Raw',
      keyValue: { keyMaterial: secret },
      cryptographicAlgorithm: 'AES',
      cryptographicLength: 256,
    } as const
    const attributes = {
      applicationSpecificInformation: [{ applicationNamespace: 'ns', applicationData: 'secret-word-data' }],
    }
    const { uniqueIdentifier } = await client.request('Register', {
      objectType: 'SymmetricKey',
      attributes,
      symmetricKey: { keyBlock },
    })
    await client.request('Get', { uniqueIdentifier })
    await client.request('Get', { uniqueIdentifier: 'nobody' }).catch(() => undefined)
    const shown = inspect(entries, { depth: 20 })
    for (const word of [
      'secret-word',
      secret.toString('hex'),
      secret.toString('base64'),
      'user-word',
      'pass-word',
      '115, 101, 99',
    ])
      expect(shown).not.toContain(word)
    for (const word of ['Register', 'AES', '[32 bytes]', uniqueIdentifier, 'ItemNotFound'])
      expect(shown).toContain(word)
  })
})

describe('an operation of a vendor', () => {
  it('needs a table and nothing else', async () => {
    const payload = structure({ uniqueIdentifier: required('UniqueIdentifier', label) })
    const operation = defineOperation('VendorTouch', { code: 0x8000_0001, request: payload, response: payload })
    const client = await open()
    await expect(client.request(operation, { uniqueIdentifier: 'x' })).rejects.toThrow(
      expect.objectContaining({ operation: 'VendorTouch', reason: 'ItemNotFound' }),
    )
  })
})

describe('tls', () => {
  it('resumes sessions on new connections', async () => {
    const client = await open({ pool: { idleMs: 10 }, tls: { ...server.tls, maxVersion: 'TLSv1.2' } })
    const { resumed: before } = await server.counted()
    for (let count = 0; count < 3; count++) {
      await new Promise((resolve) => setTimeout(resolve, 40))
      await client.request('Query', { queryFunctions: ['QueryOperations'] })
    }
    const { resumed } = await server.counted()
    expect(resumed - before).toBe(3)
  })

  it('verifies the server unless the user has written that it shall not', async () => {
    const { ca: _, ...withoutCa } = server.tls
    await expect(open({ tls: withoutCa })).rejects.toThrow(code('unavailable'))
    await expect(open({ tls: { ...server.tls, servername: 'example.org' } })).rejects.toThrow(/CERT_ALTNAME/)
    expect((await open({ tls: { ...withoutCa, rejectUnauthorized: false } })).version).toBe('2.1')
  })

  it('opens keys with a passphrase, and PKCS#12 files', async () => {
    const { cert, key } = server.certificates.client
    const encrypted = execFileSync('openssl', ['pkcs8', '-topk8', '-in', key, '-passout', 'pass:let me in'], {
      encoding: 'utf8',
    })
    expect((await open({ tls: { ...server.tls, key: encrypted, passphrase: 'let me in' } })).version).toBe('2.1')
    const pfx = execFileSync('openssl', ['pkcs12', '-export', '-in', cert, '-inkey', key, '-passout', 'pass:let me in'])
    expect((await open({ tls: { ca: server.tls.ca, pfx, passphrase: 'let me in' } })).version).toBe('2.1')
  })

  it('keeps to the versions and ciphers that are asked for', async () => {
    const client = await open({
      tls: { ...server.tls, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' },
    })
    expect(client.version).toBe('2.1')
    await expect(
      open({ tls: { ...server.tls, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' } }),
    ).rejects.toThrow(code('unavailable'))
  })

  it('that refuses the client only after the handshake has seemed to succeed has received nothing', async () => {
    const { ca, server: own, client: known } = server.certificates
    const port = await startOpenSsl([
      '-cert',
      own.cert,
      '-key',
      own.key,
      '-CAfile',
      ca,
      '-Verify',
      '1',
      '-verify_return_error',
      '-tls1_3',
    ])
    const tls = { ca: server.tls.ca, ...(await pairOf(server.certificates.stranger)) }
    const stranger = await openClient({ host: '127.0.0.1', port, tls, version: '1.4' })
    clients.push(stranger)
    const attributes = { cryptographicAlgorithm: 'AES', cryptographicLength: 256, cryptographicUsageMask: 12 } as const
    await expect(stranger.request('Create', { objectType: 'SymmetricKey', attributes })).rejects.toThrow(
      code('unavailable'),
    )
    const accepted = await openClient({
      host: '127.0.0.1',
      port,
      tls: { ca: server.tls.ca, ...(await pairOf(known)) },
      version: '1.4',
      timeoutMs: 100,
    })
    clients.push(accepted)
    await expect(accepted.request('Create', { objectType: 'SymmetricKey', attributes })).rejects.toThrow(
      code('indeterminate'),
    )
  })
})

const started: ChildProcess[] = []

afterAll(() => {
  for (const child of started) child.kill('SIGKILL')
})

async function startOpenSsl(options: readonly string[]): Promise<number> {
  const child = spawn('openssl', ['s_server', '-accept', '127.0.0.1:0', ...options], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  started.push(child)
  let output = ''
  for await (const chunk of child.stdout) {
    output += String(chunk)
    const [, port] = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(output) ?? []
    if (port !== undefined) return Number(port)
  }
  throw new Error('openssl s_server has ended')
}

async function pairOf({ cert, key }: { cert: string; key: string }) {
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') }
}
