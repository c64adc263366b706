import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { checkPackage } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { satisfies } from 'semver'
import { describe, expect, it } from 'vitest'
import { root } from '../docs/blocks.ts'
import { type Tarball, textOf } from './tarballs.ts'

// The profile "esm-only" of attw: who asks from CommonJS, or by the rules of before Node 12, is given no types.
const ignored = ['node10', 'node16-cjs']

/** Registers what has to be true of every tarball. */
export function tarballRules(tarballs: readonly Tarball[]): void {
  const versions = new Map(tarballs.map(({ manifest }) => [manifest.name, manifest.version]))

  describe.for(tarballs.map((tarball) => [tarball.manifest.name, tarball] as const))('%s', ([, tarball]) => {
    const { manifest, paths } = tarball

    it('holds the built package, its sources, README, CHANGELOG and LICENSE, and nothing else', () => {
      const expected =
        /^(?:package\.json|README\.md|CHANGELOG\.md|LICENSE|man\/chatelaine\.1|src\/.*\.ts|dist\/.*\.(?:js|d\.ts)(?:\.map)?)$/
      expect(paths.filter((path) => !expected.test(path))).toEqual([])
      expect(paths).toEqual(expect.arrayContaining(['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE']))
      expect(textOf(tarball, 'LICENSE')).toBe(readFileSync(join(root, 'LICENSE'), 'utf8'))
      expect(manifest.license).toBe('Apache-2.0')
      const sources = paths.filter((path) => path.startsWith('src/'))
      const built = sources.map((path) => path.replace(/^src\/(.*)\.ts$/, 'dist/$1'))
      const files = built.flatMap((path) => ['.js', '.js.map', '.d.ts', '.d.ts.map'].map((end) => path + end))
      expect(paths.filter((path) => path.startsWith('dist/')).sort()).toEqual(files.sort())
    })

    it('holds what its source maps point to', () => {
      const maps = paths.filter((path) => path.endsWith('.map'))
      for (const map of maps) {
        const { sources } = JSON.parse(textOf(tarball, map)) as { sources: string[] }
        for (const source of sources) expect(paths).toContain(posix.join(posix.dirname(map), source))
      }
    })

    it('asks for versions of the other packages that are there', () => {
      const { dependencies, peerDependencies, devDependencies } = manifest
      const ranges = [dependencies, peerDependencies, devDependencies].flatMap((each) => Object.entries(each ?? {}))
      for (const [name, range] of ranges) {
        const version = versions.get(name)
        if (version !== undefined) expect(satisfies(version, range), `${name} ${range}`).toBe(true)
      }
    })

    it('passes publint', async () => {
      const { messages } = await publint({
        pack: { tarball: Uint8Array.from(readFileSync(tarball.file)).buffer },
        strict: true,
      })
      expect(messages.map((message) => formatMessage(message, { ...manifest }))).toEqual([])
    })

    it('passes attw', async () => {
      const result = await checkPackage(tarball.content)
      expect(
        result.types &&
          result.problems.filter(
            (problem) => !('resolutionKind' in problem && ignored.includes(problem.resolutionKind)),
          ),
      ).toEqual([])
    })
  })
}
