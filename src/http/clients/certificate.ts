import type { ClientCertificate } from '../../rules/clients/certificate.ts'
import { isMtlsHost } from '../../rules/server/issuer.ts'
import type { Context } from '../context.ts'

/**
 * The certificate of the client, as the edge reports it. The edge asks for one only on the host MTLS_HOST: on another host
 * nothing is trusted.
 */
export function presentedCertificate(c: Context): ClientCertificate | undefined {
  if (!isMtlsHost(c.var.config, c.req.url)) return undefined
  // A subrequest of another Worker has no such property, nor has one over plain http.
  const tls = c.req.raw.cf?.tlsClientAuth
  if (!isPresented(tls)) return undefined
  return {
    thumbprint: Buffer.from(tls.certFingerprintSHA256, 'hex').toString('base64url'),
    subject: tls.certSubjectDNRFC2253,
    isTrusted: tls.certVerified === 'SUCCESS' && tls.certRevoked !== '1',
  }
}

interface Presented {
  readonly certVerified: string
  readonly certRevoked: string
  readonly certSubjectDNRFC2253: string
  readonly certFingerprintSHA256: string
}

function isPresented(tls: unknown): tls is Presented {
  if (typeof tls !== 'object' || tls === null) return false
  const { certPresented, certFingerprintSHA256, certSubjectDNRFC2253 }: Readonly<Record<string, unknown>> = {
    ...tls,
  }
  return (
    certPresented === '1' &&
    typeof certFingerprintSHA256 === 'string' &&
    /^[0-9a-f]{64}$/i.test(certFingerprintSHA256) &&
    typeof certSubjectDNRFC2253 === 'string'
  )
}
