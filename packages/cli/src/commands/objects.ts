import type { Command } from 'commander'
import type { Streams } from '../streams.ts'
import { addObjectChoice, addObjectOptions, addTimeout, formatOption, kindOption, subcommand } from './options.ts'

const actions = () => import('../actions/objects.ts')

/** `store`, `get`, `describe`, `list`, `delete`. */
export function addObjectCommands(program: Command, streams: Streams): void {
  addStore(program, streams)
  addGet(program, streams)
  const describe = subcommand(program, 'describe', 'show all about an object but its value').action(
    async (id: string | undefined, _, command: Command) =>
      (await actions()).describe(id, command.optsWithGlobals(), streams),
  )
  addObjectChoice(describe)
  addTimeout(describe)
  addList(program, streams)
  const remove = subcommand(program, 'delete', 'delete an object').action(
    async (id: string | undefined, _, command: Command) =>
      (await actions()).remove(id, command.optsWithGlobals(), streams),
  )
  addObjectChoice(remove)
  remove.option('--force', 'although consumers are registered')
  addTimeout(remove)
}

function addStore(program: Command, streams: Streams): void {
  const store = subcommand(program, 'store', 'store a value from standard input or a file, and print its id')
    .addOption(kindOption('what it is').makeOptionMandatory())
    .option('--in <FILE>', 'read the value from a file instead of standard input')
    .option('--algorithm <NAME>', 'for a key that does not tell it itself: AES, HMAC-SHA256 and so on')
    .option('--id <ID>', 'the id to store it under, where the backend takes one')
    .action(async (_, command: Command) => (await actions()).store(command.optsWithGlobals(), streams))
  addObjectOptions(store)
  addTimeout(store)
}

function addGet(program: Command, streams: Streams): void {
  const get = subcommand(program, 'get', 'write the bare value of an object').action(
    async (id: string | undefined, _, command: Command) =>
      (await actions()).get(id, command.optsWithGlobals(), streams),
  )
  addObjectChoice(get)
  get
    .addOption(formatOption())
    .option('--out <FILE>', 'write to a new file of mode 0600 instead of standard output')
    .option('--force', 'replace the file of --out')
    .option('--reveal', 'show the value although standard output is a terminal')
  addTimeout(get)
}

function addList(program: Command, streams: Streams): void {
  const list = subcommand(program, 'list', 'list objects, without their values')
    .addOption(kindOption('only this kind'))
    .option('--name <NAME>', 'only this name')
    .option('--algorithm <NAME>', 'only this algorithm')
    .option('--limit <N>', 'at most so many')
    .option('--after <ID>', 'go on after this one')
    .action(async (_, command: Command) => (await actions()).list(command.optsWithGlobals(), streams))
  addTimeout(list)
}
