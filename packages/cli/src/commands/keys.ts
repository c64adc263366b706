import type { Command } from 'commander'
import type { Streams } from '../streams.ts'
import { addObjectOptions, addTimeout, subcommand } from './options.ts'

const actions = () => import('../actions/keys.ts')

/** `create-key` and `create-key-pair`: keys that are made where they stay. */
export function addKeyCommands(program: Command, streams: Streams): void {
  const key = subcommand(program, 'create-key', 'make a symmetric key in the backend and print its id').action(
    async (_, command: Command) => (await actions()).createKey(command.optsWithGlobals(), streams),
  )
  const pair = subcommand(
    program,
    'create-key-pair',
    'make a key pair in the backend and print two ids: private, public',
  ).action(async (_, command: Command) => (await actions()).createKeyPair(command.optsWithGlobals(), streams))
  key.requiredOption('--algorithm <NAME>', 'AES, DES-EDE3, HMAC-SHA256 and so on: as far as the backend has it')
  pair.requiredOption('--algorithm <NAME>', 'RSA, EC, Ed25519 and so on: as far as the backend has it')
  for (const command of [key, pair]) {
    command.option('--bit-length <N>', 'required where the algorithm has several')
    addObjectOptions(command)
    addTimeout(command)
  }
}
