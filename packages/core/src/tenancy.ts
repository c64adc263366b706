import type { Context } from './context.ts'
import { KeyManagerError } from './errors.ts'

/** The project that a driver's option `project_id` names, and the backend's section for messages. */
export interface OwnProject {
  readonly backend: string
  readonly projectId?: string
}

/**
 * The tenant rule of backends whose device or certificate is one project: storing and creating for another project is
 * `permission_denied`; without the option, so is every call with a project.
 */
export function assertOwnProject(operation: string, context: Context, own: OwnProject): void {
  if (isOwnProject(operation, context, own)) return
  throw new KeyManagerError('permission_denied', `${operation}: ${own.backend} serves another project`)
}

/** The same rule for reads: false where the project is another, so that its objects are `not_found` and not listed. */
export function isOwnProject(operation: string, context: Context, own: OwnProject): boolean {
  if (context.projectId === undefined || context.projectId === own.projectId) return true
  if (own.projectId !== undefined) return false
  const hint = `set project_id in [${own.backend}] to say whose it is`
  throw new KeyManagerError('permission_denied', `${operation}: the context names a project; ${hint}`)
}

/** The project of a call on a backend that holds many: the context's, else the option `project_id`; neither is `invalid_argument`. */
export function resolveProject(operation: string, context: Context, own: OwnProject): string {
  const projectId = context.projectId ?? own.projectId
  if (projectId !== undefined) return projectId
  const hint = `give context.projectId, or set project_id in [${own.backend}]`
  throw new KeyManagerError('invalid_argument', `${operation}: whose project is it? ${hint}`)
}

/** The error for an id that is not there, for this context at least. */
export function notFound(operation: string, id: string): KeyManagerError {
  return new KeyManagerError('not_found', `${operation} ${JSON.stringify(id)}: no such object`)
}

/** Whether an object's expiration has come. */
export function isExpired(expiration: Date | undefined, now: number = Date.now()): boolean {
  return expiration !== undefined && expiration.getTime() <= now
}
