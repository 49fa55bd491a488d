import type { Client } from '../../../rules/clients/client.ts'
import { CopyBlock, copyScript } from '../../../ui/forms/copy.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'

type Claims = Readonly<Record<string, unknown>>

export interface ClaimsPageProps {
  readonly site: Site<'applications'>
  readonly client: Client
  readonly idToken: Claims
  readonly userinfo: Claims
}

export function ClaimsPage({ site, client, idToken, userinfo }: ClaimsPageProps) {
  const { paths } = site
  const { scope } = client.policy
  const { claimsInIdToken, idTokenAlg, userinfoAlg } = client.openid
  const t = site.texts.applications.claims
  const change = <a href={paths.applicationPolicy(client.id)}>{t.change}</a>
  return (
    <Layout site={site} title={t.title} scripts={[copyScript]}>
      <Trail href={paths.applicationSettings(client.id)}>
        <bdi>{client.name}</bdi>
      </Trail>
      <h1>{t.heading}</h1>
      {scope.includes('openid') ? (
        <>
          <p>
            <Fill text={t.text} scopes={<bdi>{scope.join(', ')}</bdi>} />
          </p>
          <h2>{t.hears}</h2>
          <CopyBlock title={t.idToken} id="id_token" text={JSON.stringify(idToken, undefined, 2)} />
          <p class="hint">
            {fillText(claimsInIdToken ? t.inIdToken : t.inUserinfo, { alg: idTokenAlg })} {change}
          </p>
          <CopyBlock title={t.userinfo} id="userinfo" text={JSON.stringify(userinfo, undefined, 2)} />
          <p class="hint">{userinfoAlg === undefined ? t.json : fillText(t.jwt, { alg: userinfoAlg })}</p>
        </>
      ) : (
        <p class="empty">
          {t.none} {change}
        </p>
      )}
    </Layout>
  )
}
