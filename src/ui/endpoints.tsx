import { Fact, Facts } from './facts.tsx'
import { CopyCode } from './forms/copy.tsx'
import type { Site } from './site.ts'
import { fillText } from './words/fill.tsx'
import { prepared } from './words/prepared.ts'

/** Values that a developer copies into a client. Pages with it load `copyScript`. */
export function Endpoints({ site }: { readonly site: Site<'start'> }) {
  return <>{prepared(['endpoints', site.issuer, site.paths.token], () => listOf(site))}</>
}

function listOf({ issuer, paths, texts }: Site<'start'>) {
  const t = texts.start.endpoints
  const endpoints = [
    { name: t.issuer, id: 'issuer', url: issuer },
    { name: t.authorization, id: 'authorization_endpoint', url: issuer + paths.authorize },
    { name: t.token, id: 'token_endpoint', url: issuer + paths.token },
    { name: t.userinfo, id: 'userinfo_endpoint', url: issuer + paths.userinfo },
    { name: t.signOut, id: 'end_session_endpoint', url: issuer + paths.endSession },
    { name: t.device, id: 'device_authorization_endpoint', url: issuer + paths.deviceAuthorization },
    {
      name: t.pushed,
      id: 'pushed_authorization_request_endpoint',
      url: issuer + paths.pushedRequests,
    },
    { name: t.revocation, id: 'revocation_endpoint', url: issuer + paths.revoke },
    { name: t.introspection, id: 'introspection_endpoint', url: issuer + paths.introspect },
    { name: t.discovery, id: 'openid_configuration', url: issuer + paths.openidConfiguration },
    { name: t.metadata, id: 'metadata', url: issuer + paths.serverMetadata },
    { name: t.keys, id: 'jwks_uri', url: issuer + paths.jwks },
  ]
  return (
    <>
      <h2>{texts.start.home.endpoints}</h2>
      <Facts>
        {endpoints.map(({ name, id, url }) => (
          <Fact name={name}>
            <CopyCode id={id} value={url} what={fillText(t.what, { name })} />
          </Fact>
        ))}
      </Facts>
    </>
  )
}
