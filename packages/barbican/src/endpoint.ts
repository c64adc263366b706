import { objectIn, objectsIn, textIn, tryParseObject } from './json.ts'
import type { HttpResponse } from './transport.ts'

/** A Barbican: the URL that `/secrets` is appended to, and the header for the newest microversion that both sides speak. */
export interface Endpoint {
  readonly root: string
  readonly base: string
  readonly versionHeader: Readonly<Record<string, string>>
  /** Whether secrets have consumers: microversion 1.1. */
  readonly consumers: boolean
}

/** Asks for the list of versions in the form that names microversions. */
export const versionProbe = { Accept: 'application/json', 'OpenStack-API-Version': 'key-manager 1.1' } as const

/** The URL without trailing slashes and without a version. */
export function rootOf(url: string): string {
  return stripped(url).replace(/\/v1(\.0)?$/, '')
}

/** The URL of Keystone's version 3. */
export function keystoneBase(url: string): string {
  return `${stripped(url).replace(/\/v3$/, '')}/v3`
}

/** The endpoint from the answer to {@link versionProbe}; what is not understood is a Barbican without microversions. */
export function endpointFrom(root: string, response: HttpResponse): Endpoint {
  const consumers = [200, 300].includes(response.status) && offersConsumers(response.body)
  const versionHeader: Record<string, string> = consumers ? { 'OpenStack-API-Version': 'key-manager 1.1' } : {}
  return { root, base: `${root}/v1`, versionHeader, consumers }
}

/** The URL that a Keystone catalogue has for Barbican, if any. */
export function catalogueUrl(catalogue: unknown, type: string, region: string | undefined): string | undefined {
  const json = { catalogue }
  for (const service of objectsIn(json, 'catalogue')) {
    if (service.type !== 'key-manager') continue
    const matches = objectsIn(service, 'endpoints').filter(
      (endpoint) =>
        endpoint.interface === type &&
        (region === undefined || endpoint.region_id === region || endpoint.region === region),
    )
    const url = matches.map((endpoint) => textIn(endpoint, 'url')).find((found) => /^https?:\/\//.test(found ?? ''))
    if (url !== undefined) return url
  }
  return undefined
}

function offersConsumers(body: Buffer): boolean {
  const json = tryParseObject(body)
  if (json === undefined || objectIn(json, 'versions') !== undefined) return false
  return objectsIn(json, 'versions').some((version) => {
    const [major, minor] = (textIn(version, 'max_version') ?? '').split('.').map(Number)
    return major === 1 && minor !== undefined && minor >= 1
  })
}

function stripped(url: string): string {
  return url.replace(/[/]+$/, '')
}
