import type { Client } from '../../../rules/clients/client.ts'
import { encryptables } from '../../../rules/encryption.ts'
import { Fact, FactLines } from '../../../ui/facts.tsx'
import type { Site } from '../../../ui/site.ts'
import { formatDuration } from '../../../values/duration.ts'

export interface RegistrationProps {
  readonly site: Site<'applications'>
  readonly client: Client
}

/** The registration that an administrator reviews, besides name and owner. Unset fields are left out. */
export function Registration({ site, client }: RegistrationProps) {
  const { form, policy: p, openid: o, words, detail } = site.texts.applications
  const { policy, openid } = client
  const { keys } = policy
  const lifetimes = [
    [p.access, policy.accessTokenLifetime],
    [p.idle, policy.refreshIdleLifetime],
    [p.absolute, policy.refreshAbsoluteLifetime],
  ] as const
  return (
    <>
      {openid.profile !== 'oauth-2.1' && <Fact name={p.profile}>{openid.profile}</Fact>}
      <Fact name={form.type}>{words[client.type]}</Fact>
      <Fact name={form.grant}>
        {[client.grantType, ...client.furtherGrantTypes].map((name) => words[name]).join(', ')}
      </Fact>
      <FactLines name={form.redirects} values={client.redirectUris} />
      <FactLines name={form.logouts} values={client.postLogoutRedirectUris} />
      <FactLines name={form.origins} values={client.allowedOrigins} />
      <FactLines name={p.scopes} values={policy.scope} />
      <FactLines name={p.jwksUri} values={keys !== undefined && 'jwksUri' in keys ? [keys.jwksUri] : []} />
      <FactLines name={p.jwks} values={keys !== undefined && 'jwks' in keys ? [keys.jwks] : []} />
      {openid.keepsSecret && <Fact name={p.keysUse}>{p.keysOnly}</Fact>}
      <FactLines name={p.encryption} values={encryptedFor(client, p)} />
      {openid.assertionAudienceList && <Fact name={p.assertionAudience}>{p.audienceList}</Fact>}
      {openid.signedOnly && <Fact name={p.signed}>{p.signedOnly}</Fact>}
      {openid.pushedOnly && <Fact name={p.requests}>{p.requestsPushed}</Fact>}
      {openid.certificate !== undefined && (
        <Fact name={p.certificateUse}>
          {openid.certificate.method === 'tls_client_auth' ? openid.certificate.subjectDn : p.certificateOwn}
        </Fact>
      )}
      <FactLines name={p.details} values={openid.detailTypes} />
      {openid.certificateBound && <Fact name={p.certificateBinding}>{p.certificateBindingYes}</Fact>}
      {openid.dpopBound && <Fact name={p.binding}>{p.bindingAlways}</Fact>}
      <FactLines name={o.backchannel} values={addressOf(openid.backchannelLogoutUri)} />
      <FactLines name={o.frontchannel} values={addressOf(openid.frontchannelLogoutUri)} />
      <FactLines name={o.initiate} values={addressOf(openid.initiateLoginUri)} />
      <Fact name={o.subject}>{o[openid.subjectType]}</Fact>
      <FactLines name={o.sector} values={addressOf(openid.sectorIdentifier)} />
      <FactLines name={o.sectorUri} values={addressOf(openid.sectorIdentifierUri)} />
      {openid.claimsInIdToken && <Fact name={o.claims}>{o.claimsYes}</Fact>}
      <Fact name={o.factors}>{openid.needsTwoFactors ? o.two : o.one}</Fact>
      {openid.pkceOptional && <Fact name="PKCE">{detail.oldClient}</Fact>}
      {openid.accessTokenAlg !== 'ES256' && <Fact name={p.accessAlg}>{openid.accessTokenAlg}</Fact>}
      {!openid.refreshTokens && <Fact name={p.refresh}>{p.refreshNo}</Fact>}
      {policy.accessTokenFormat === 'opaque' && <Fact name={p.format}>{p.opaque}</Fact>}
      {lifetimes.map(
        ([name, seconds]) => seconds !== undefined && <Fact name={name}>{formatDuration(seconds)}</Fact>,
      )}
    </>
  )
}

/** One line for each: what, and its two algorithms. */
function encryptedFor(
  { openid: { encryption } }: Client,
  t: Site<'applications'>['texts']['applications']['policy'],
): readonly string[] {
  const names = {
    idToken: t.encryptedIdToken,
    userinfo: t.encryptedUserinfo,
    answer: t.encryptedAnswer,
    introspection: t.encryptedIntrospection,
    request: t.encryptedRequest,
  }
  return encryptables.flatMap((what) => {
    const { [what]: found } = encryption
    return found === undefined ? [] : [`${names[what]}: ${found.alg}, ${found.enc}`]
  })
}

function addressOf(address: string | undefined): readonly string[] {
  return address === undefined ? [] : [address]
}
