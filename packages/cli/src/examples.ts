/** One line for a shell, and what it is for. */
export interface Example {
  readonly text: string
  readonly command: string
}

const renaming = `chatelaine get "$id" |
  chatelaine store --kind passphrase --name 'new name' &&
  chatelaine delete "$id"`

/** The examples of each command by its path; the tests run every one of them. `$id` is an id that `store` has printed. */
export const examples: Readonly<Record<string, readonly Example[]>> = {
  '': [
    example('write a configuration to start from', 'chatelaine config sample > sample.conf'),
    example('store', "printf 'correct horse' |\n  chatelaine store --kind passphrase --name 'db password'"),
    example('find it again', 'chatelaine list'),
  ],
  store: [
    example(
      'a passphrase',
      "id=$(printf 'correct horse' |\n  chatelaine store --kind passphrase --name 'db password')",
    ),
    example('a private key in PEM, DER or JWK', 'chatelaine store --kind private --in signing.pem --name signing'),
    example(
      'bytes that expire',
      'openssl rand 32 |\n  chatelaine store --kind symmetric --expiration 2099-01-31T12:00:00Z',
    ),
    example('to rename or change an object, store the new one, then delete the old one', renaming),
  ],
  get: [
    example('into another program, byte for byte', 'chatelaine get "$id" | wc -c'),
    example('into a file of mode 0600', "chatelaine get --name 'db password' --out password.txt"),
    example('the private half of a pair, as PEM', 'chatelaine get --name signing --kind private --format pem'),
    example('the value in base64, with all else that is known', 'chatelaine get "$id" --json'),
  ],
  describe: [
    example('by id', 'chatelaine describe "$id"'),
    example('by name, for programs', "chatelaine describe --name 'db password' --json"),
    example('to change what it says, store the object anew, then delete the old one', renaming),
  ],
  list: [
    example('a table', 'chatelaine list'),
    example('JSON lines of one kind', 'chatelaine list --kind symmetric --json'),
    example('the next hundred', 'chatelaine list --limit 100 --after "$id"'),
  ],
  delete: [
    example('by id', 'chatelaine delete "$id"'),
    example('by name, if only one object has it', "chatelaine delete --name 'db password'"),
  ],
  'create-key': [
    example('an AES key', 'chatelaine create-key --algorithm AES --bit-length 256 --name disk'),
    example('a key that is never given out', 'chatelaine create-key --algorithm AES --bit-length 256 --no-extractable'),
  ],
  'create-key-pair': [
    example('on a NIST curve', 'chatelaine create-key-pair --algorithm EC --bit-length 256 --name signing'),
    example('an Ed25519 pair', 'chatelaine create-key-pair --algorithm Ed25519'),
  ],
  health: [
    example('for a start script', 'chatelaine health && echo ready'),
    example('with a time limit of two seconds', 'chatelaine health --timeout 2000'),
  ],
  backup: [example('while others go on working', 'chatelaine backup keys.backup')],
  restore: [
    example(
      'move the old files away first',
      'mv keys.db keys.db.old && rm -f keys.db-wal keys.db-shm &&\n  chatelaine restore keys.backup',
    ),
  ],
  purge: [example('print how many have expired and are gone now', 'chatelaine purge')],
  config: [example('check the configuration', 'chatelaine config check')],
  'config check': [example('a file by name', 'chatelaine --config chatelaine.conf config check')],
  'config sample': [
    example('for the embedded backend', 'chatelaine config sample > sample.conf'),
    example('for a PKCS#11 token', 'chatelaine config sample pkcs11'),
  ],
  'config schema': [example('for an editor', 'chatelaine config schema > chatelaine.schema.json')],
  completion: [
    example('bash: this line in ~/.bashrc', 'source <(chatelaine completion bash)'),
    example('zsh: into a folder of $fpath', 'chatelaine completion zsh > ~/.zfunc/_chatelaine'),
    example('fish', 'chatelaine completion fish > ~/.config/fish/completions/chatelaine.fish'),
  ],
  man: [example('write it where you like', 'chatelaine man > chatelaine.1')],
}

function example(text: string, command: string): Example {
  return { text, command }
}

/** Examples as help shows them: a comment, the line, and nothing between them. */
export function exampleText(path: string): string {
  const lines = (examples[path] ?? []).map(
    ({ text, command }) => `  # ${text}\n  ${command.replaceAll('\n', '\n  ')}\n`,
  )
  return lines.length === 0 ? '' : `\nExamples:\n${lines.join('')}`
}
