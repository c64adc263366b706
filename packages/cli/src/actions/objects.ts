import {
  type Context,
  type KeyManager,
  KeyManagerError,
  type ListFilter,
  type ObjectId,
  type ObjectKind,
} from 'chatelaine'
import { type Streams, writeAll, writeJson, writeWarning } from '../streams.ts'
import { type ObjectFlags, parseObject } from './object-input.ts'
import { type GlobalFlags, withKeys } from './session.ts'
import { toJson, toLines } from './show.ts'
import { readValue } from './value-input.ts'
import { checkDestination, type Destination, writeObject } from './value-output.ts'

type Flags<Own = unknown> = GlobalFlags & Own

/** The object that is meant, where no id says so. */
interface Choice {
  readonly name?: string
  readonly kind?: ObjectKind
}

const lineFeed = 'the passphrase ends in a line feed, which is stored too'

/** `chatelaine store`: prints the id and nothing else. */
export async function store(flags: Flags<ObjectFlags & { in?: string; id?: string }>, streams: Streams): Promise<void> {
  const bytes = await readValue(flags.in, streams)
  const object = parseObject(bytes, flags)
  if (object.kind === 'passphrase' && bytes.at(-1) === 0x0a)
    await writeWarning(streams.stderr, lineFeed, Boolean(flags.json))
  bytes.fill(0)
  const id = await withKeys(flags, streams, (keys, context) => keys.store(context, object, { id: flags.id }))
  await writeId(id, flags, streams)
}

/** `chatelaine get`: the bare value, or one of its other forms. */
export async function get(
  id: string | undefined,
  flags: Flags<Choice & Destination & { format?: string }>,
  streams: Streams,
): Promise<void> {
  checkDestination(flags, streams)
  const object = await withKeys(flags, streams, async (keys, context) =>
    keys.get(context, await chosenId('get', keys, context, { ...flags, id })),
  )
  await writeObject(object, flags, streams)
}

/** `chatelaine describe`. */
export async function describe(id: string | undefined, flags: Flags<Choice>, streams: Streams): Promise<void> {
  const info = await withKeys(flags, streams, async (keys, context) =>
    keys.describe(context, await chosenId('describe', keys, context, { ...flags, id })),
  )
  await (flags.json ? writeJson(streams.stdout, toJson(info)) : writeAll(streams.stdout, toLines(info)))
}

/** `chatelaine list`: a table, or JSON lines. */
export async function list(flags: Flags<ListFilter & { limit?: string }>, streams: Streams): Promise<void> {
  const { stdout } = streams
  const { kind, name, algorithm, after } = flags
  const limit = flags.limit === undefined ? undefined : Number(flags.limit)
  await withKeys(flags, streams, async (keys, context) => {
    const infos = keys.list(context, { kind, name, algorithm, after, limit })
    if (flags.json) {
      for await (const info of infos) await writeJson(stdout, toJson(info))
    } else {
      const { tableLines } = await import('./table.ts')
      for await (const line of tableLines(infos, stdout.isTTY ? stdout.columns : undefined))
        await writeAll(stdout, line)
    }
  })
}

/** `chatelaine delete`: prints nothing, or as JSON the id. */
export async function remove(
  id: string | undefined,
  flags: Flags<Choice & { force?: boolean }>,
  streams: Streams,
): Promise<void> {
  const deleted = await withKeys(flags, streams, async (keys, context) => {
    const chosen = await chosenId('delete', keys, context, { ...flags, id })
    await keys.delete(context, chosen, { force: flags.force })
    return chosen
  })
  if (flags.json) await writeJson(streams.stdout, { deleted })
}

/** Prints an id and nothing else. */
export async function writeId(id: ObjectId, flags: GlobalFlags, { stdout }: Streams): Promise<void> {
  await (flags.json ? writeJson(stdout, { id }) : writeAll(stdout, `${id}\n`))
}

// Names need not be unique: what is meant must be clear.
async function chosenId(
  operation: string,
  keys: KeyManager,
  context: Context,
  { id, name, kind }: Choice & { id: string | undefined },
): Promise<ObjectId> {
  if (id !== undefined && name === undefined && kind === undefined) return id
  if (id !== undefined || name === undefined)
    throw invalid(`${operation}: give an id, or --name with or without --kind`)
  const ids: ObjectId[] = []
  for await (const info of keys.list(context, { name, kind, limit: 2 })) ids.push(info.id)
  const [only, other] = ids
  const named = `the name ${JSON.stringify(name)}`
  if (only === undefined) throw new KeyManagerError('not_found', `${operation}: nothing has ${named}`)
  if (other !== undefined) throw invalid(`${operation}: several objects have ${named}`)
  return only
}

function invalid(message: string): KeyManagerError {
  return new KeyManagerError('invalid_argument', message)
}
