import type { Command } from 'commander'
import { commandTree } from '../command-tree.ts'
import { bashCompletion } from '../completion/bash.ts'
import { fishCompletion } from '../completion/fish.ts'
import { zshCompletion } from '../completion/zsh.ts'
import { manPage } from '../man-page.ts'
import { type Streams, writeAll, writeJson } from '../streams.ts'
import { version } from '../version.ts'
import type { GlobalFlags } from './session.ts'

const completions = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

/** `chatelaine completion SHELL`: a script with everything in it, so that completing calls nothing. */
export async function completion(
  shell: keyof typeof completions,
  program: Command,
  flags: GlobalFlags,
  { stdout }: Streams,
): Promise<void> {
  const script = completions[shell](commandTree(program))
  await (flags.json ? writeJson(stdout, { shell, script }) : writeAll(stdout, script))
}

/** `chatelaine man`: the manual page, in mdoc(7). */
export async function man(program: Command, flags: GlobalFlags, { stdout }: Streams): Promise<void> {
  const page = manPage(commandTree(program), version())
  await (flags.json ? writeJson(stdout, { man: page }) : writeAll(stdout, page))
}
