import { readFileSync } from 'node:fs'
import { type Client, item, KmipServerError, openClient } from 'kmip-client-ts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PyKmip, pykmipInstalled, startPyKmip } from '../services/pykmip.ts'

const aes = { cryptographicAlgorithm: 'AES', cryptographicLength: 256, cryptographicUsageMask: 12 } as const

describe.skipIf(!pykmipInstalled)('the client, against PyKMIP', () => {
  let server: PyKmip
  let client: Client

  beforeAll(async () => {
    server = await startPyKmip()
    client = await openClient({ host: '127.0.0.1', port: server.port, tls: server.tls })
  })

  afterAll(async () => {
    await client.close()
    await server.close()
  })

  it('settles on the newest version that both speak', () => {
    expect(client.version).toBe('2.0')
  })

  it('goes on after a request that the server cannot parse', async () => {
    const name = [{ nameValue: 'clé', nameType: 'UninterpretedTextString' as const }]
    const refused: unknown = await client.request('Locate', { attributes: { name } }).catch((error: unknown) => error)
    expect(KmipServerError.refusal(refused, 'InvalidMessage')).toBe(true)
    const rekey = client.request('ReKey', { uniqueIdentifier: '1' })
    await expect(rekey).rejects.toThrow(expect.objectContaining({ reason: 'OperationNotSupported' }))
    await expect(client.request('Query', { queryFunctions: ['QueryOperations'] })).resolves.toBeDefined()
  })

  it('creates, uses and destroys a key', async () => {
    const { uniqueIdentifier } = await client.request('Create', { objectType: 'SymmetricKey', attributes: aes })
    const parameters = { blockCipherMode: 'CBC', paddingMethod: 'PKCS5', cryptographicAlgorithm: 'AES' } as const
    const request = { uniqueIdentifier, cryptographicParameters: parameters, ivCounterNonce: new Uint8Array(16) }
    const data = new TextEncoder().encode('plain text')
    await expect(client.request('Encrypt', { ...request, data })).rejects.toThrow(KmipServerError)
    await client.request('Activate', { uniqueIdentifier })
    const { data: sealed } = await client.request('Encrypt', { ...request, data })
    expect(await client.request('Decrypt', { ...request, data: sealed })).toMatchObject({ data })
    await expect(client.request('Destroy', { uniqueIdentifier })).rejects.toThrow(KmipServerError)
    await client.request('Revoke', {
      uniqueIdentifier,
      revocationReason: { revocationReasonCode: 'CessationOfOperation' },
    })
    await client.request('Destroy', { uniqueIdentifier })
  })

  it('passes an identifier on within a batch', async () => {
    const [created, got] = await client.batch([
      item('Create', { objectType: 'SymmetricKey', attributes: aes }),
      item('Get', {}),
    ])
    expect(created.ok && got.ok && created.value.uniqueIdentifier === got.value.uniqueIdentifier).toBe(true)
  })

  it('keeps many callers apart', async () => {
    const ids = await Promise.all(
      Array.from(
        { length: 24 },
        async () => (await client.request('Create', { objectType: 'SymmetricKey', attributes: aes })).uniqueIdentifier,
      ),
    )
    const answers = await Promise.all(ids.map((uniqueIdentifier) => client.request('Get', { uniqueIdentifier })))
    expect(answers.map((answer) => answer.uniqueIdentifier)).toEqual(ids)
  })

  it('is told of a certificate that the server does not know', async () => {
    const { stranger } = server.certificates
    const tls = {
      ca: server.tls.ca,
      cert: readFileSync(stranger.cert, 'utf8'),
      key: readFileSync(stranger.key, 'utf8'),
    }
    const opened = openClient({ host: '127.0.0.1', port: server.port, tls })
    await expect(opened).rejects.toThrow(
      expect.objectContaining({ code: 'unavailable', message: expect.stringContaining('ALERT') as string }),
    )
  })

  it('connects with Node’s own settings to a server with an RSA key and old cipher suites', async () => {
    const old = await startPyKmip({ serverKey: 'rsa' })
    try {
      const other = await openClient({ host: '127.0.0.1', port: old.port, tls: old.tls })
      expect(other.version).toBe('2.0')
      await other.close()
    } finally {
      await old.close()
    }
  })
})
