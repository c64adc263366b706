import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'

const keyLength = 12
const chunkLength = 1024 * 1024

/** Finds any of many needles; all of them have twelve characters or more. */
export class Search {
  readonly #byKey = new Map<string, string[]>()
  // Whether any needle begins with these three bytes: one look rules out nearly every place.
  readonly #beginnings = new Uint8Array(2 ** 24)
  #longest = 0

  add(needles: readonly string[]): void {
    for (const needle of needles) {
      const key = needle.slice(0, keyLength)
      const known = this.#byKey.get(key)
      if (known?.includes(needle)) continue
      if (known) known.push(needle)
      else this.#byKey.set(key, [needle])
      const bytes = Buffer.from(key, 'latin1')
      this.#beginnings[bytes.readUIntBE(0, 3)] = 1
      this.#longest = Math.max(this.#longest, needle.length)
    }
  }

  /** Whether `text`, or the bytes of one, holds a needle, as it is or spread over lines and columns. */
  in(text: string | Uint8Array): boolean {
    const bytes = Buffer.from(text)
    return this.#holdsNeedle(bytes) || this.#holdsNeedle(withoutSpace(bytes))
  }

  #holdsNeedle(bytes: Buffer): boolean {
    for (let at = 0; at + keyLength <= bytes.length; at += 1) {
      if (this.#beginnings[bytes.readUIntBE(at, 3)] !== 1) continue
      const candidates = this.#byKey.get(bytes.toString('latin1', at, at + keyLength)) ?? []
      if (candidates.some((needle) => bytes.toString('latin1', at, at + needle.length) === needle)) return true
    }
    return false
  }

  /** The files below `folder`, which `skip` does not name, that hold a needle. */
  filesIn(folder: string, skip: (name: string) => boolean = () => false): string[] {
    if (this.#byKey.size === 0) return []
    return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => {
      const path = join(folder, name)
      return !skip(name) && statSync(path, { throwIfNoEntry: false })?.isFile() && this.inFile(path)
    })
  }

  /** Reads by pieces that overlap: a needle may lie across two, spread over columns. */
  inFile(path: string): boolean {
    const file = openSync(path, 'r')
    const overlap = 4 * this.#longest
    const buffer = Buffer.alloc(chunkLength + overlap)
    try {
      for (let kept = 0; ; ) {
        const read = readSync(file, buffer, kept, buffer.length - kept, null)
        if (read === 0) return false
        const filled = buffer.subarray(0, kept + read)
        if (this.in(filled)) return true
        kept = Math.min(overlap, filled.length)
        filled.copy(buffer, 0, filled.length - kept)
      }
    } finally {
      closeSync(file)
    }
  }
}

function withoutSpace(bytes: Buffer): Buffer {
  return bytes.filter((byte) => byte !== 0x20 && (byte < 0x09 || byte > 0x0d)) as Buffer
}
