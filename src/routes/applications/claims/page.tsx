import type { Client } from '../../../protocol/client.ts'
import { CopyBlock, copyScript } from '../../../ui/copy.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

type Claims = Readonly<Record<string, unknown>>

export interface ClaimsPageProps {
  readonly site: Site
  readonly client: Client
  readonly idToken: Claims
  readonly userinfo: Claims
}

export function ClaimsPage({ site, client, idToken, userinfo }: ClaimsPageProps) {
  const { paths } = site
  const { scope } = client.policy
  return (
    <Layout site={site} title="Preview of claims" scripts={[copyScript]}>
      <Trail href={paths.application(client.id)}>
        <bdi>{client.name}</bdi>
      </Trail>
      <h1>Claims about you</h1>
      {scope.includes('openid') ? (
        <>
          <p>
            This is what the application hears when you sign in to it and allow all that it may ask for:{' '}
            {scope.join(', ')}. What you have not filled in is left out.
          </p>
          <h2>What it hears</h2>
          <CopyBlock title="ID token" id="id_token" text={JSON.stringify(idToken, undefined, 2)} />
          <p class="hint">
            Signed with {client.openid.idTokenAlg}.{' '}
            {client.openid.claimsInIdToken
              ? 'Claims about the person are in it.'
              : 'Claims about the person are at userinfo only.'}{' '}
            <a href={paths.applicationPolicy(client.id)}>Change this</a>
          </p>
          <CopyBlock title="Userinfo" id="userinfo" text={JSON.stringify(userinfo, undefined, 2)} />
          <p class="hint">
            {client.openid.userinfoAlg === undefined
              ? 'As plain JSON.'
              : `As a JWT signed with ${client.openid.userinfoAlg}.`}
          </p>
        </>
      ) : (
        <p class="empty">
          It may not ask for the scope openid, so it hears nothing about people.{' '}
          <a href={paths.applicationPolicy(client.id)}>Change this</a>
        </p>
      )}
    </Layout>
  )
}
