import type { BarbicanOptions } from './options.ts'

/** What each choice that is weaker than the default gives away. */
export function weakerChoices(options: BarbicanOptions): readonly string[] {
  const { verify_ssl, insecure, auth_endpoint, barbican_endpoint, key_manager } = options
  const warnings: string[] = []
  if (!verify_ssl)
    warnings.push('[barbican] verify_ssl: certificates are not verified, and anybody can pose as Barbican')
  if (insecure) warnings.push('[barbican] insecure: certificates are not verified, and anybody can pose as Barbican')
  if (key_manager?.auth_type === 'noauth') {
    warnings.push('[key_manager] auth_type: with noauth, Barbican believes whoever reaches it')
  }
  const urls = { '[barbican] barbican_endpoint': barbican_endpoint, '[key_manager] auth_url': key_manager?.auth_url }
  for (const [option, url] of Object.entries({ ...urls, '[barbican] auth_endpoint': auth_endpoint })) {
    if (url !== undefined && inTheClear(url))
      warnings.push(`${option}: without TLS, tokens and values can be read on the way`)
  }
  return warnings
}

function inTheClear(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !/^(localhost|127\..*|\[::1\])$/.test(hostname)
}
