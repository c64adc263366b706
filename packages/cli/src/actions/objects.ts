import {
  type Context,
  type KeyManager,
  KeyManagerError,
  type ListFilter,
  type ManagedObject,
  type ObjectId,
  toJwk,
  toPem,
} from 'chatelaine'
import { type ObjectFlags, parseObject, parseTime } from './object-input.ts'
import { type GlobalFlags, withKeys } from './session.ts'
import { toJson, toLines } from './show.ts'
import { type Streams, writeAll } from './streams.ts'
import { tableLines } from './table.ts'
import { readValue } from './value-input.ts'
import { checkDestination, type Destination, writeValue } from './value-output.ts'

type Flags<Own = unknown> = GlobalFlags & Own

/** `chatelaine store`: prints the id and nothing else. */
export async function store(flags: Flags<ObjectFlags & { in?: string; id?: string }>, streams: Streams): Promise<void> {
  const bytes = await readValue(flags.in, streams)
  const object = parseObject(bytes, flags)
  if (object.kind === 'passphrase' && bytes.at(-1) === 0x0a) {
    await writeAll(streams.stderr, 'chatelaine: the passphrase ends in a line feed, which is stored too\n')
  }
  bytes.fill(0)
  const id = await withKeys(flags, (keys, context) => keys.store(context, object, { id: flags.id }))
  await writeId(id, flags, streams)
}

/** `chatelaine get ID`, or by `--name`: the bare value, or one of its other forms. */
export async function get(
  id: string | undefined,
  flags: Flags<Destination & { format?: string; name?: string }>,
  streams: Streams,
): Promise<void> {
  checkDestination(flags, streams)
  const object = await withKeys(flags, async (keys, context) => {
    return keys.get(context, id ?? (await idOfName(keys, context, flags.name)))
  })
  await writeValue(form(object, flags), flags, streams)
}

/** `chatelaine describe ID`. */
export async function describe(id: string, flags: Flags, streams: Streams): Promise<void> {
  const info = await withKeys(flags, (keys, context) => keys.describe(context, id))
  await writeAll(streams.stdout, flags.json ? `${JSON.stringify(toJson(info))}\n` : toLines(info))
}

/** `chatelaine list`: a table, or JSON lines. */
export async function list(flags: Flags<ListFilter & { limit?: string }>, streams: Streams): Promise<void> {
  const { kind, name, algorithm, after } = flags
  const limit = flags.limit === undefined ? undefined : Number(flags.limit)
  await withKeys(flags, async (keys, context) => {
    const infos = keys.list(context, { kind, name, algorithm, after, limit })
    if (flags.json) for await (const info of infos) await writeAll(streams.stdout, `${JSON.stringify(toJson(info))}\n`)
    else for await (const line of tableLines(infos)) await writeAll(streams.stdout, line)
  })
}

/** `chatelaine delete ID`. */
export async function remove(id: string, flags: Flags<{ force?: boolean }>): Promise<void> {
  await withKeys(flags, (keys, context) => keys.delete(context, id, { force: flags.force }))
}

/** What `create-key` and `create-key-pair` say about the key. */
export interface KeyFlags {
  readonly algorithm: string
  readonly bitLength?: string
  readonly name?: string
  readonly expiration?: string
  readonly extractable?: boolean
}

/** `chatelaine create-key`: prints the id and nothing else. */
export async function createKey(flags: Flags<KeyFlags>, streams: Streams): Promise<void> {
  const id = await withKeys(flags, (keys, context) => keys.createKey(context, keySpec(flags)))
  await writeId(id, flags, streams)
}

/** `chatelaine create-key-pair`: prints the private key's id, then the public key's, each on a line. */
export async function createKeyPair(flags: Flags<KeyFlags>, streams: Streams): Promise<void> {
  const ids = await withKeys(flags, (keys, context) => keys.createKeyPair(context, keySpec(flags)))
  await writeAll(streams.stdout, flags.json ? `${JSON.stringify(ids)}\n` : `${ids.privateId}\n${ids.publicId}\n`)
}

/** `chatelaine health`: says ok, or fails. */
export async function health(flags: Flags, streams: Streams): Promise<void> {
  await withKeys(flags, (keys, context) => keys.health(context))
  await writeAll(streams.stdout, flags.json ? '{"status":"ok"}\n' : 'ok\n')
}

// Names need not be unique: what is meant must be clear.
async function idOfName(keys: KeyManager, context: Context, name: string | undefined): Promise<ObjectId> {
  if (name === undefined) throw new KeyManagerError('invalid_argument', 'get: give an id or --name')
  const ids: ObjectId[] = []
  for await (const { id } of keys.list(context, { name, limit: 2 })) ids.push(id)
  const [only, other] = ids
  if (only === undefined) throw new KeyManagerError('not_found', `get: nothing has the name ${JSON.stringify(name)}`)
  if (other === undefined) return only
  const message = `get: several objects have the name ${JSON.stringify(name)}; list --name shows their ids`
  throw new KeyManagerError('invalid_argument', message)
}

function keySpec({ algorithm, bitLength, name, expiration, extractable }: KeyFlags) {
  return {
    algorithm,
    bitLength: bitLength === undefined ? undefined : Number(bitLength),
    name,
    expiration: parseTime(expiration),
    ...(extractable === false && { extractable: false }),
  }
}

function form(object: ManagedObject, { format = 'raw', json }: { format?: string; json?: boolean }): Uint8Array {
  if (json) {
    const value = Buffer.from(object.value.reveal()).toString('base64')
    return Buffer.from(`${JSON.stringify({ ...toJson(object), value })}\n`)
  }
  switch (format) {
    case 'raw':
      return object.value.reveal()
    case 'pem':
      return Buffer.from(toPem(object))
    case 'jwk':
      return Buffer.from(`${JSON.stringify(toJwk(object))}\n`)
    default:
      throw new KeyManagerError('invalid_argument', '--format is one of raw, pem, jwk')
  }
}

async function writeId(id: string, flags: GlobalFlags, { stdout }: Streams): Promise<void> {
  await writeAll(stdout, flags.json ? `${JSON.stringify({ id })}\n` : `${id}\n`)
}
