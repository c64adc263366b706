import assert from 'node:assert/strict'
import { constants, createPrivateKey, createPublicKey, diffieHellman, sign, verify } from 'node:crypto'
import { type Capabilities, type KeySpec, type ManagedObject, toKeyObject } from '@chatelaine/core'
import { expectError } from '../expect-error.ts'
import type { Bench, ConformanceCase } from '../harness.ts'

/** Keys and key pairs that the backend makes. */
export function createdKeyCases(capabilities: Capabilities): ConformanceCase[] {
  return [...createKeyCases(capabilities), ...createKeyPairCases(capabilities)]
}

const symmetricSizes: Readonly<Record<string, readonly number[]>> = {
  AES: [128, 192, 256],
  'DES-EDE3': [192],
  'HMAC-SHA1': [160],
  'HMAC-SHA512': [512],
}

const pairSizes: Readonly<Record<string, readonly number[]>> = {
  RSA: [2048],
  'RSA-PSS': [2048],
  EC: [256, 384, 521],
  Ed25519: [256],
  X25519: [256],
}

function createKeyCases({ createKey }: Capabilities): ConformanceCase[] {
  if (createKey === undefined) return [noCreateKey]
  const known = createKey.flatMap((algorithm) =>
    (symmetricSizes[algorithm] ?? [256]).map((bitLength) => ({
      name: `createKey makes a new key each time, ${algorithm} ${bitLength}`,
      run: (bench: Bench) => makesKeys(bench, { algorithm, bitLength, name: `new ${algorithm}` }),
    })),
  )
  return [...known, wrongSpec]
}

async function makesKeys({ keys, context }: Bench, spec: KeySpec): Promise<void> {
  const ids = [await keys.createKey(context, spec), await keys.createKey(context, spec)]
  const [one, other] = await Promise.all(ids.map((id) => keys.get(context, id)))
  assert.ok(one && other)
  assert.equal(one.kind, 'symmetric')
  assert.equal(one.name, spec.name)
  assert.ok('algorithm' in one)
  assert.equal(one.algorithm, spec.algorithm)
  assert.equal(one.bitLength, spec.bitLength)
  assert.equal(one.value.length * 8, spec.bitLength)
  assert.ok(!one.value.equals(other.value), 'two keys are the same')
  for (const id of ids) await keys.delete(context, id)
}

const noCreateKey: ConformanceCase = {
  name: 'createKey is unsupported',
  run: async ({ keys, context }) =>
    void (await expectError(() => keys.createKey(context, { algorithm: 'AES', bitLength: 256 }), 'unsupported')),
}

const noCreateKeyPair: ConformanceCase = {
  name: 'createKeyPair is unsupported',
  run: async ({ keys, context }) =>
    void (await expectError(() => keys.createKeyPair(context, { algorithm: 'RSA', bitLength: 2048 }), 'unsupported')),
}

const wrongSpec: ConformanceCase = {
  name: 'createKey refuses an unknown algorithm and a length that is missing or wrong',
  async run({ keys, context }) {
    await expectError(() => keys.createKey(context, { algorithm: 'ROT13', bitLength: 128 }), 'unsupported')
    await expectError(() => keys.createKey(context, { algorithm: 'AES' }), 'invalid_argument')
    await expectError(() => keys.createKey(context, { algorithm: 'AES', bitLength: 100 }), 'invalid_argument')
    await expectError(() => keys.createKey(context, { algorithm: 'AES', bitLength: -128 }), 'invalid_argument')
  },
}

function createKeyPairCases({ createKeyPair }: Capabilities): ConformanceCase[] {
  if (createKeyPair === undefined) return [noCreateKeyPair]
  return createKeyPair.flatMap((algorithm) =>
    (pairSizes[algorithm] ?? []).map((bitLength) => ({
      name: `createKeyPair makes two halves that fit, ${algorithm} ${bitLength}`,
      run: (bench: Bench) => makesPair(bench, { algorithm, bitLength, name: `pair ${algorithm}` }),
    })),
  )
}

async function makesPair({ keys, context }: Bench, spec: KeySpec): Promise<void> {
  const { privateId, publicId } = await keys.createKeyPair(context, spec)
  assert.notEqual(privateId, publicId)
  const [priv, pub] = [await keys.get(context, privateId), await keys.get(context, publicId)]
  assert.deepEqual([priv.kind, pub.kind], ['private', 'public'])
  for (const half of [priv, pub]) {
    assert.ok('algorithm' in half)
    assert.deepEqual([half.algorithm, half.bitLength, half.name], [spec.algorithm, spec.bitLength, spec.name])
  }
  assertFit(priv, pub)
  await keys.delete(context, privateId)
  await expectError(() => keys.get(context, privateId), 'not_found')
  await keys.get(context, publicId)
  await keys.delete(context, publicId)
}

function assertFit(priv: ManagedObject, pub: ManagedObject): void {
  const [privateKey, publicKey] = [toKeyObject(priv), toKeyObject(pub)]
  const fromPrivate = createPublicKey(createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' })))
  assert.ok(fromPrivate.equals(publicKey), 'the public key is not that of the private one')
  if (privateKey.asymmetricKeyType === 'x25519') {
    assert.equal(diffieHellman({ privateKey, publicKey }).length, 32)
    return
  }
  const data = Buffer.from('signed')
  const padding = privateKey.asymmetricKeyType === 'rsa-pss' ? { padding: constants.RSA_PKCS1_PSS_PADDING } : {}
  const digest = privateKey.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  const signature = sign(digest, data, { key: privateKey, ...padding })
  assert.ok(verify(digest, data, { key: publicKey, ...padding }, signature), 'a signature does not verify')
}
