import { CopyCode } from './copy.tsx'
import { Fact, Facts } from './facts.tsx'
import type { Site } from './site.ts'

/** What a developer copies into a client. Pages that show it load `copyScript`. */
export function Endpoints({ site: { issuer, paths } }: { readonly site: Site }) {
  const endpoints = [
    { name: 'Issuer', id: 'issuer', url: issuer },
    { name: 'Authorization', id: 'authorization_endpoint', url: issuer + paths.authorize },
    { name: 'Token', id: 'token_endpoint', url: issuer + paths.token },
    { name: 'Revocation', id: 'revocation_endpoint', url: issuer + paths.revoke },
    { name: 'Introspection', id: 'introspection_endpoint', url: issuer + paths.introspect },
    { name: 'Metadata', id: 'metadata', url: issuer + paths.serverMetadata },
    { name: 'Keys (JWKS)', id: 'jwks_uri', url: issuer + paths.jwks },
  ]
  return (
    <Facts>
      {endpoints.map(({ name, id, url }) => (
        <Fact name={name}>
          <CopyCode id={id} value={url} what={`the address: ${name}`} />
        </Fact>
      ))}
    </Facts>
  )
}
