import { existsSync } from 'node:fs'

/** Whether files of Debian packages are there; where they must be (CI), their absence is a failure, elsewhere a visible skip. */
export function installed(debianPackages: string, ...files: readonly string[]): boolean {
  const missing = files.filter((file) => !existsSync(file))
  if (missing.length === 0) return true
  const hint = `${missing.join(', ')} missing: apt-get install ${debianPackages}`
  if (process.env['CI']) throw new Error(hint)
  console.warn(`skipped: ${hint}`)
  return false
}
