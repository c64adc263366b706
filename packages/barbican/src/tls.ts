import { readFile } from 'node:fs/promises'
import { createSecureContext, type SecureContext } from 'node:tls'
import { KeyManagerError } from '@chatelaine/core'
import type { BarbicanOptions } from './options.ts'

/** The options of a TLS connection, with the files that they name read. */
export interface TlsOptions {
  readonly rejectUnauthorized: boolean
  readonly secureContext: SecureContext
}

/** `invalid_argument` where a file is missing or is no PEM; it names the option. */
export async function readTlsOptions(options: BarbicanOptions): Promise<TlsOptions> {
  const authorities = options.verify_ssl_path === undefined ? 'cafile' : 'verify_ssl_path'
  const ca = await read(options, authorities)
  const cert = await read(options, 'certfile')
  // As in keystoneauth, the certificate's file may hold the key too.
  const key = await read(options, options.keyfile === undefined ? 'certfile' : 'keyfile')
  return {
    rejectUnauthorized: options.verify_ssl && !options.insecure,
    secureContext: context(authorities, { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) }),
  }
}

type FileOption = 'verify_ssl_path' | 'cafile' | 'certfile' | 'keyfile'

async function read(options: BarbicanOptions, option: FileOption): Promise<Buffer | undefined> {
  const path = options[option]
  if (path === undefined) return undefined
  return readFile(path).catch((cause: unknown) => {
    throw new KeyManagerError('invalid_argument', `open: ${option} cannot be read`, { cause })
  })
}

function context(authorities: FileOption, files: Parameters<typeof createSecureContext>[0]): SecureContext {
  try {
    return createSecureContext(files)
  } catch (cause) {
    const message = `open: ${authorities}, certfile and keyfile are not PEM, or do not belong together`
    throw new KeyManagerError('invalid_argument', message, { cause })
  }
}
