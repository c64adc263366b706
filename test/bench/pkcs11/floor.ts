import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { compile } from '../../services/pkcs11/compile.ts'
import { pin, type SoftHsm, softHsmLibrary } from '../../services/softhsm.ts'
import type { Cost } from '../support/rounds.ts'

/** A C program that has one token open: see floor.c. */
export interface Floor {
  /** Makes it know objects, so many at most, by their handles. */
  readonly load: (count: number) => Promise<void>
  /** Reads so many known objects. */
  readonly read: (count: number) => Promise<Cost>
  /** Finds one object among all by its CKA_ID in hexadecimal digits, and reads it. */
  readonly find: (id: string) => Promise<Cost>
  /** Stores so many keys. */
  readonly store: (count: number) => Promise<Cost>
  readonly stop: () => void
}

/** Builds the program; gives what starts it for a token. */
export async function buildFloor(hsm: SoftHsm): Promise<(label: string) => Floor> {
  const program = await compile(new URL('floor.c', import.meta.url), join(hsm.folder, 'floor'))
  return (label) => startFloor(program, hsm, label)
}

function startFloor(program: string, hsm: SoftHsm, label: string): Floor {
  const child = spawn(program, [softHsmLibrary, label, pin], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, SOFTHSM2_CONF: hsm.configuration },
  })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const ask = async (command: string) => {
    child.stdin.write(`${command}\n`)
    const { value } = (await lines.next()) as { value?: string }
    if (value === undefined) throw new Error(`the floor has ended at ${command}`)
    return Number(value)
  }
  const measured = async (command: string): Promise<Cost> => ({ wall: (await ask(command)) / 1_000 })
  return {
    async load(count) {
      if ((await ask(`load ${count}`)) !== count) throw new Error(`the token has not ${count} keys`)
    },
    read: (count) => measured(`read ${count}`),
    find: (id) => measured(`first ${id}`),
    store: (count) => measured(`store ${count}`),
    stop: () => child.stdin.end(),
  }
}
