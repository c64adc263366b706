import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { serve } from './openstack/python.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A Keystone of its own; every user's password is his name and `-pw`. */
export interface Keystone {
  readonly url: string
  readonly port: number
  /** Ids by name: `demo`, `other`, `service`. */
  readonly projects: Readonly<Record<string, string>>
  /** Ids by name; creator, observer, audit, member and projadmin are of demo, stranger of other. */
  readonly users: Readonly<Record<string, string>>
  /** The administrator's way in. */
  readonly admin: Caller
  readonly requests: () => Promise<string[]>
  readonly stop: () => Promise<void>
  readonly start: () => Promise<void>
  readonly close: () => Promise<void>
}

/** Calls Keystone with a token; fails on any status from 400. */
export type Caller = (method: string, path: string, body?: unknown) => Promise<KeystoneAnswer>

/** JSON, with the token where there is one. */
export interface KeystoneAnswer {
  readonly token: string | null
  readonly json: Record<string, Record<string, unknown>>
}

/** Starts Keystone with users, roles and a catalogue whose key-manager is at `barbicanUrl`. */
export async function startKeystone(barbicanUrl: string, tokenSeconds = 3600): Promise<Keystone> {
  const { path, remove } = await temporaryFolder()
  const folder = path('')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  await writeFile(join(folder, 'keystone.conf'), configuration(folder, tokenSeconds))
  const start = () => serve('keystone', port, folder, `${url}/v3`)
  let server = await start()
  const admin = await signIn(url)
  const { projects, users } = await populate(admin, barbicanUrl)
  return {
    url,
    port,
    projects,
    users,
    admin,
    requests: () => requestLog(join(folder, 'keystone-requests.log')),
    stop: () => server.stop(),
    start: async () => {
      server = await start()
    },
    close: async () => {
      await server.stop()
      await remove()
    },
  }
}

/** The lines of a request log: status, method and path, milliseconds. */
export async function requestLog(path: string): Promise<string[]> {
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n')
  return lines.filter((line) => line !== '').map((line) => line.replace(/ [\d.]+$/, ''))
}

function configuration(folder: string, tokenSeconds: number): string {
  return `
[DEFAULT]
log_file = ${folder}/keystone.log
[database]
connection = sqlite:///${folder}/keystone.sqlite
sqlite_synchronous = False
[token]
provider = fernet
expiration = ${tokenSeconds}
[fernet_tokens]
key_repository = ${folder}/fernet-keys
[fernet_receipts]
key_repository = ${folder}/fernet-keys
[credential]
key_repository = ${folder}/credential-keys
[cache]
# Without one every request takes half a second.
enabled = True
backend = oslo_cache.dict
[identity]
# bcrypt's minimum.
password_hash_rounds = 4
`
}

async function signIn(url: string): Promise<Caller> {
  const domain = { id: 'default' }
  const identity = { methods: ['password'], password: { user: { name: 'admin', domain, password: 'admin-pw' } } }
  const auth = { identity, scope: { project: { name: 'admin', domain } } }
  const { token } = await caller(url)('POST', '/auth/tokens', { auth })
  return caller(url, token ?? '')
}

function caller(url: string, token?: string): Caller {
  return async (method, path, body) => {
    const response = await fetch(`${url}/v3${path}`, {
      method,
      headers: { 'Content-Type': 'application/json', ...(token !== undefined && { 'X-Auth-Token': token }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (response.status >= 400) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return {
      token: response.headers.get('X-Subject-Token'),
      json: text === '' ? {} : (JSON.parse(text) as KeystoneAnswer['json']),
    }
  }
}

type Ids = Record<string, string>

async function populate(admin: Caller, barbicanUrl: string): Promise<{ projects: Ids; users: Ids }> {
  const make = async (kind: string, body: object) => {
    const { json } = await admin('POST', `/${kind}s`, { [kind]: body })
    return String(json[kind]?.id)
  }
  const { json } = await admin('GET', '/roles')
  const known = json.roles as unknown as readonly { readonly id: string; readonly name: string }[]
  const roles: Ids = Object.fromEntries(known.map((role) => [role.name, role.id]))
  for (const name of ['creator', 'observer', 'audit', 'service', 'key-manager:service-admin']) {
    roles[name] ??= await make('role', { name })
  }
  const projects: Ids = {}
  for (const name of ['service', 'demo', 'other'])
    projects[name] = await make('project', { name, domain_id: 'default' })
  const users: Ids = {}
  for (const [name, project, ...granted] of people) {
    const home = projects[project]
    const body = { name, password: `${name}-pw`, domain_id: 'default', default_project_id: home }
    users[name] = await make('user', body)
    for (const role of granted) await admin('PUT', `/projects/${home}/users/${users[name]}/roles/${roles[role]}`)
  }
  const service = await make('service', { name: 'barbican', type: 'key-manager' })
  for (const place of ['public', 'internal']) {
    await make('endpoint', { service_id: service, interface: place, url: barbicanUrl, region_id: 'RegionOne' })
  }
  return { projects, users }
}

const people: readonly (readonly [name: string, project: string, ...roles: string[]])[] = [
  ['barbican', 'service', 'service', 'admin'],
  ['creator', 'demo', 'creator'],
  ['member', 'demo', 'member'],
  ['projadmin', 'demo', 'admin'],
  ['observer', 'demo', 'observer'],
  ['audit', 'demo', 'audit'],
  ['stranger', 'other', 'creator'],
  ['svcadmin', 'service', 'key-manager:service-admin'],
]
