/** The protocol versions that this package speaks, oldest first. */
export const versions = ['1.0', '1.1', '1.2', '1.3', '1.4', '2.0', '2.1'] as const

/** One of {@link versions}. */
export type Version = (typeof versions)[number]

/** Two digits that order versions: 14 is KMIP 1.4. */
export function versionRank(version: Version): number {
  return Number(version[0]) * 10 + Number(version[2])
}

/** The version with these numbers, or undefined where this package does not speak it. */
export function findVersion(major: number, minor: number): Version | undefined {
  return versions.find((version) => version === `${major}.${minor}`)
}

/** The newest version that both lists hold. */
export function newestCommon(offered: readonly Version[], wanted: readonly Version[] = versions): Version | undefined {
  return versions.findLast((version) => offered.includes(version) && wanted.includes(version))
}
