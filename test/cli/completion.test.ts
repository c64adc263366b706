import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type CommandNode, commandTree, withDescendants } from '@chatelaine/cli'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installed } from '../services/installed.ts'
import { type Workplace, workplace } from './command.ts'

const exec = promisify(execFile)
const programs = { bash: '/usr/bin/bash', zsh: '/usr/bin/zsh', fish: '/usr/bin/fish', tmux: '/usr/bin/tmux' } as const
type Shell = 'bash' | 'zsh' | 'fish'
const shells: readonly Shell[] = ['bash', 'zsh', 'fish']

const found = Object.entries(programs).filter(([name, file]) => installed(name, file))
const isInstalled = (program: keyof typeof programs) => found.some(([name]) => name === program)
const nodes = withDescendants(commandTree())

let place: Workplace

beforeAll(async () => {
  place = await workplace()
  for (const shell of shells) {
    const { out } = await place.chatelaine(['completion', shell])
    await writeFile(place.path(`completion.${shell}`), out)
  }
  await writeFile(place.path('value of mine'), 'x')
  // What completes asks nobody: there is no such program where the shells look for it.
  await place.shell('rm bin/chatelaine')
})

afterAll(() => place.folder.remove())

/** What bash's own way of calling a completion gives for each line. */
async function bash(lines: readonly (readonly string[])[]): Promise<string[][]> {
  const tries = lines.map((words) => `try ${words.map((word) => `'${word}'`).join(' ')}`)
  const script = `source ./completion.bash
try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _chatelaine; (IFS='|'; echo "\${COMPREPLY[*]}"); }
${tries.join('\n')}`
  const printed = await place.shell(script)
  return printed
    .split('\n')
    .slice(0, -1)
    .map((line) => (line === '' ? [] : line.split('|')))
}

/** What fish completes each line to. */
async function fish(lines: readonly (readonly string[])[]): Promise<string[][]> {
  const tries = lines.map((words) => `complete -C ${JSON.stringify(words.join(' '))}; echo .`)
  const { stdout } = await exec(programs.fish, ['--no-config', '-c', `source completion.fish\n${tries.join('\n')}`], {
    cwd: place.path(''),
    env: place.environment,
  })
  return stdout
    .split('.\n')
    .slice(0, -1)
    .map((each) => each.split('\n').slice(0, -1))
    .map((candidates) => candidates.map((line) => line.split('\t')[0] ?? ''))
}

/** Types each line into an interactive shell in a terminal, with a Tab behind it; gives what the screen shows. */
async function typed(shell: Shell, lines: readonly string[]): Promise<string[]> {
  const socket = place.path(`tmux-${shell}`)
  const env = { ...place.environment, LC_ALL: 'C.UTF-8', TERM: 'xterm-256color', ZDOTDIR: place.path('') }
  const on = async (...args: string[]) =>
    (await exec(programs.tmux, ['-u', '-S', socket, '-f', '/dev/null', ...args], { env })).stdout
  const starts: Readonly<Record<Shell, readonly string[]>> = {
    bash: ['bash', '--noprofile', '--rcfile', 'bashrc', '-i'],
    zsh: ['zsh', '-i'],
    fish: ['fish', '--no-config', '--init-command', 'source completion.fish; function fish_prompt; echo "% "; end'],
  }
  await writeFile(place.path('bashrc'), "PS1='% '; bind 'set bell-style none'; source ./completion.bash\n")
  await writeFile(place.path('.zshrc'), "PS1='%% '; autoload -Uz compinit; compinit -u -D; source ./completion.zsh\n")
  const folder = place.path('')
  await on('new-session', '-d', '-x', '120', '-y', '50', '-c', folder, 'env', `--chdir=${folder}`, ...starts[shell])
  const shown = async (wanted: (screen: string) => boolean) => {
    let screen = ''
    for (let attempt = 0; attempt < 100 && !wanted(screen); attempt += 1) {
      await delay(50)
      screen = await on('capture-pane', '-p')
    }
    return screen
  }
  try {
    const screens: string[] = []
    for (const line of lines) {
      await shown((screen) => /% *$/m.test(screen.trim()))
      await on('send-keys', '-l', '--', line)
      await shown((screen) => screen.includes(line.trim()))
      await on('send-keys', 'Tab')
      let last = ''
      // The shell is done when its screen has stopped to change.
      for (let still = 0; still < 8; ) {
        await delay(50)
        const screen = await on('capture-pane', '-p')
        still = screen === last ? still + 1 : 0
        last = screen
      }
      screens.push(last)
      await on('send-keys', 'C-c')
      await on('send-keys', 'C-l')
      await delay(200)
    }
    return screens
  } finally {
    await on('kill-server')
  }
}

const words = (path: string) => ['chatelaine', ...path.split(' ').filter((word) => word !== '')]
const longOptions = ({ options }: CommandNode) => options.map(({ long }) => long).sort()

const lines = [
  { line: 'chatelaine st', completions: ['store'] },
  { line: 'chatelaine config ', completions: ['check', 'sample', 'schema'] },
  { line: 'chatelaine --project store --json get --format ', completions: ['jwk', 'pem', 'raw'] },
  { line: 'chatelaine --config x.conf config s', completions: ['sample', 'schema'] },
  { line: 'chatelaine store --kind s', completions: ['symmetric'] },
  { line: 'chatelaine config sample ', completions: ['barbican', 'kmip', 'local', 'pkcs11'] },
  { line: 'chatelaine completion ', completions: ['bash', 'fish', 'zsh'] },
  { line: 'chatelaine help create-key-', completions: ['create-key-pair'] },
  { line: 'chatelaine get ', completions: [] },
  { line: 'chatelaine get --name ', completions: [] },
] as const

const engines = { bash, fish }

describe.for(Object.entries(engines).filter(([shell]) => isInstalled(shell as Shell)))('%s', ([, complete]) => {
  it('completes every command and every option of every command', async () => {
    const parents = nodes.filter(({ commands }) => commands.length > 0)
    const commands = await complete(parents.map(({ path }) => [...words(path), '']))
    for (const [index, { commands: children }] of parents.entries()) {
      expect(commands[index]?.toSorted()).toEqual(children.map(({ name }) => name).sort())
    }
    const options = await complete(nodes.map(({ path }) => [...words(path), '--']))
    for (const [index, node] of nodes.entries()) {
      expect(options[index]?.filter((option) => option.startsWith('--')).sort()).toEqual(longOptions(node))
    }
  })

  for (const { line, completions } of lines) {
    it(`completes "${line}"`, async () => {
      const [found] = await complete([line.split(' ')])
      expect(found?.toSorted()).toEqual(completions)
    })
  }

  it('completes files after --in, --out and --config, and for backup and restore', async () => {
    const before = ['store --in', 'get --out', '--config', 'list -c', 'backup', 'restore']
    for (const found of await complete(before.map((start) => [...words(start), 'value']))) {
      expect(found.map((file) => file.replaceAll('\\', ''))).toEqual(['value of mine'])
    }
  })
})

it.skipIf(!isInstalled('bash'))(
  'bash completes what stands behind =, which it takes for a word of its own',
  async () => {
    const found = await bash([
      ['chatelaine', 'store', '--kind', '=', 'sym'],
      ['chatelaine', 'get', '--format', '='],
    ])
    expect(found).toEqual([['symmetric'], ['raw', 'pem', 'jwk']])
  },
)

describe.for(shells.filter((shell) => isInstalled(shell) && isInstalled('tmux')))(
  '%s, typed in a terminal',
  (shell) => {
    it('completes commands, options, choices and files', async () => {
      const [command, option, choice, name, file] = await typed(shell, [
        'chatelaine sto',
        'chatelaine get --rev',
        'chatelaine store --kind ',
        'chatelaine config sample pk',
        'chatelaine store --in value',
      ])
      expect(command).toMatch(/chatelaine store/)
      expect(option).toMatch(/chatelaine get --reveal/)
      for (const kind of ['symmetric', 'passphrase']) {
        // bash shows what is possible at the second Tab only.
        if (shell !== 'bash') expect(choice).toContain(kind)
      }
      expect(name).toMatch(/config sample pkcs11/)
      expect(file).toMatch(/--in ['"]?value\\? of\\? mine/)
    }, 60_000)
  },
)

describe.for(shells.filter(isInstalled))('%s', (shell) => {
  it('finds nothing wrong with the script', async () => {
    await place.shell(`${shell} -n completion.${shell}`)
  })
})

it('the names for api_class are those that a configuration takes', async () => {
  const { err } = await place.chatelaine(['config', 'sample', 'nothing'])
  const [, names = ''] = /neither one of (.*) nor package\/Export/.exec(err) ?? []
  const { out } = await place.chatelaine(['completion', 'bash'])
  expect(out.toString()).toContain(`'config sample') words='${names.replaceAll(',', '')}'`)
})

it('no option takes a value in one command and none in another', () => {
  const all = nodes.flatMap(({ options }) => options)
  for (const { long, value } of all) {
    for (const other of all) if (other.long === long) expect(other.value === undefined, long).toBe(value === undefined)
  }
})
