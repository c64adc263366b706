import { type Streams, writeAll, writeJson } from '../streams.ts'
import { parseTime } from './object-input.ts'
import { writeId } from './objects.ts'
import { type GlobalFlags, withKeys } from './session.ts'

/** What `create-key` and `create-key-pair` say about the key. */
export interface KeyFlags extends GlobalFlags {
  readonly algorithm: string
  readonly bitLength?: string
  readonly name?: string
  readonly expiration?: string
  readonly extractable?: boolean
}

/** `chatelaine create-key`: prints the id and nothing else. */
export async function createKey(flags: KeyFlags, streams: Streams): Promise<void> {
  const spec = keySpec(flags)
  await writeId(await withKeys(flags, streams, (keys, context) => keys.createKey(context, spec)), flags, streams)
}

/** `chatelaine create-key-pair`: prints the private key's id, then the public key's, each on a line. */
export async function createKeyPair(flags: KeyFlags, streams: Streams): Promise<void> {
  const spec = keySpec(flags)
  const ids = await withKeys(flags, streams, (keys, context) => keys.createKeyPair(context, spec))
  const { stdout } = streams
  await (flags.json ? writeJson(stdout, ids) : writeAll(stdout, `${ids.privateId}\n${ids.publicId}\n`))
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
