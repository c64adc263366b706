import { KmipError, KmipServerError } from '../errors.ts'
import type { Operation, ResponseOf } from '../operations/operation.ts'
import { DiscoverVersions } from '../operations/server.ts'
import type { Patience } from '../transport/deadline.ts'
import { findVersion, newestCommon, type Version, versionRank, versions } from '../version.ts'
import type { Call } from './call.ts'
import { exchange, type Wire } from './exchange.ts'

/**
 * Asks the server, as KMIP 1.1, for the newest version that both speak. A server that does not know the question, or answers it
 * as one that it cannot parse, speaks 1.0.
 */
export async function negotiate(wire: Wire, patience: Patience): Promise<Version> {
  const operation = DiscoverVersions as Operation<unknown, unknown>
  const payload = { protocolVersions: versions.toReversed().map(numbersOf) }
  const call: Call = { version: '1.1', items: [{ operation, payload }], options: {} }
  const [result] = await exchange(wire, call, patience)
  if (result === undefined || 'pending' in result) throw new KmipError('malformed', 'DiscoverVersions was not answered')
  if (!result.ok) return afterRefusal(result.error)
  return choose(result.value as ResponseOf<typeof DiscoverVersions>)
}

function numbersOf(version: Version): { major: number; minor: number } {
  const rank = versionRank(version)
  return { major: Math.floor(rank / 10), minor: rank % 10 }
}

function afterRefusal(error: KmipError): Version {
  const unknown = ['OperationNotSupported', 'InvalidMessage', 'UnsupportedProtocolVersion', 'InvalidField'] as const
  if (unknown.some((reason) => KmipServerError.refusal(error, reason))) return '1.0'
  throw error
}

function choose(answer: ResponseOf<typeof DiscoverVersions>): Version {
  const offered = answer.protocolVersions.flatMap(({ major, minor }) => findVersion(major, minor) ?? [])
  const common = newestCommon(offered)
  if (common === undefined)
    throw new KmipError('unsupported', 'the server speaks no version of kmip that this client speaks')
  return common
}
