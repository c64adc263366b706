import { createSecretKey, type KeyObject, randomBytes, randomUUID } from 'node:crypto'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { KeyManagerError, putNewFile } from '@chatelaine/core'
import type { LocalOptions } from './options.ts'

/** A master key: a JWK of type `oct` with exactly 32 bytes (RFC 7517, RFC 7518 section 6.4). */
export interface MasterKey {
  readonly kid: string
  readonly key: KeyObject
}

/** Reads the master key that the options name; `mayCreate` is asked only where its file is missing. */
export async function readMasterKey(options: LocalOptions, mayCreate: () => boolean): Promise<MasterKey> {
  const { master_key: text, master_key_file: path } = options
  if (text !== undefined) return parseMasterKey(text, 'master_key')
  if (path === undefined) throw refused('exactly one of master_key_file and master_key is needed')
  const found = await readKeyFile(path)
  if (found !== undefined) return parseMasterKey(found, `master_key_file ${path}`)
  if (!mayCreate()) throw missing(path, options)
  await putNewFile(path, (temporary) => writeFile(temporary, `${newMasterKey()}\n`))
  return parseMasterKey(await readFile(path, 'utf8'), `master_key_file ${path}`)
}

function newMasterKey(): string {
  return JSON.stringify({ kty: 'oct', kid: randomUUID(), k: randomBytes(32).toString('base64url') })
}

async function readKeyFile(path: string): Promise<string | undefined> {
  try {
    const { mode } = await stat(path)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8).padStart(4, '0')
      throw refused(`master_key_file ${path} has mode ${octal}: others can get at it, make it 0600`)
    }
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

function missing(path: string, { autogen_master_key: autogen, database }: LocalOptions): KeyManagerError {
  if (!autogen) return refused(`master_key_file ${path} is missing; autogen_master_key = true lets it be made`)
  return refused(`master_key_file ${path} is missing, and ${database} holds keys already: restore the file`)
}

function parseMasterKey(text: string, where: string): MasterKey {
  const jwk = parseJson(text)
  const { kty, kid, k } = jwk ?? {}
  if (kty !== 'oct') throw refused(`${where} is not a JWK of type oct`)
  if (typeof kid !== 'string' || kid === '') throw refused(`${where} has no kid`)
  const bytes = Buffer.from(typeof k === 'string' ? k : '', 'base64url')
  if (bytes.length !== 32) throw refused(`${where} holds ${bytes.length} bytes where 32 are needed`)
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return { kid, key }
}

// JSON.parse quotes its input in its message, and the input is the master key.
function parseJson(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined
  } catch {
    return undefined
  }
}

function refused(message: string): KeyManagerError {
  return new KeyManagerError('invalid_argument', `open: ${message}`)
}
