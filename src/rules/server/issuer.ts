import type { Config } from '../../config.ts'
import { isLoopbackHost } from '../../values/loopback.ts'

/**
 * The issuer for a request, or undefined when its host is not ours. `Host` never chooses it in production. `requestUrl` comes
 * from the runtime, which normalises it.
 */
export function issuerFor(config: Config, requestUrl: string): string | undefined {
  if (config.issuer !== undefined) {
    const isOurs = hostOf(`${requestUrl}/`) === hostOf(`${config.issuer}/`) || isMtlsHost(config, requestUrl)
    return isOurs ? config.issuer : undefined
  }
  const host = hostOf(`${requestUrl}/`)
  const isLocal = isLoopbackHost(host.replace(/:[0-9]+$/, ''))
  return isLocal ? requestUrl.slice(0, requestUrl.indexOf('://') + 3 + host.length) : undefined
}

/** Whether a request came to the host where the edge asks for client certificates. RFC 8705 §5. */
export function isMtlsHost({ mtlsHost }: Pick<Config, 'mtlsHost'>, requestUrl: string): boolean {
  return mtlsHost !== undefined && hostOf(`${requestUrl}/`) === mtlsHost
}

/** Host and port of a normalised URL, followed by a slash: parsing a whole URL costs more than a small answer. */
function hostOf(url: string): string {
  const start = url.indexOf('://') + 3
  return url.slice(start, url.indexOf('/', start))
}
