import { isForPeople } from '../../../rules/clients/client.ts'
import { Fact, FactLines, Facts } from '../../../ui/facts.tsx'
import { TrustTag } from '../../../ui/monogram.tsx'
import { ApplicationFrame, type FrameProps } from '../frame.tsx'

export interface SettingsPageProps extends FrameProps {
  readonly ownerName: string
}

export function SettingsPage({ ownerName, ...frame }: SettingsPageProps) {
  const { site, client } = frame
  const { paths, texts } = site
  const { detail: t, form, policy, words } = texts.applications
  const isAdministrator = site.viewer?.isAdministrator === true
  const pages = [
    { href: paths.updateApplication(client.id), name: t.update, isShown: true },
    { href: paths.applicationPolicy(client.id), name: policy.title, isShown: true },
    { href: paths.applicationLogo(client.id), name: t.logo, isShown: true },
    { href: paths.trustApplication(client.id), name: t.trust, isShown: isAdministrator },
    { href: paths.applicationClaims(client.id), name: t.claims, isShown: isForPeople(client) },
  ]
  return (
    <ApplicationFrame {...frame} tab="settings">
      <div class="actions">
        {pages.map(
          ({ href, name, isShown }) =>
            isShown && (
              <a class="button secondary" href={href}>
                {name}
              </a>
            ),
        )}
      </div>
      <Facts>
        <Fact name={t.trust}>
          <TrustTag texts={site.texts} trust={client.trust} />
        </Fact>
        <Fact name={form.type}>{words[client.type]}</Fact>
        <Fact name={form.grant}>
          {[client.grantType, ...client.furtherGrantTypes].map((name) => words[name]).join(', ')}
        </Fact>
        {client.openid.pkceOptional && (
          <Fact name="PKCE">
            <span class="tag">{t.oldClient}</span>
          </Fact>
        )}
        <Fact name={t.scopes}>
          <span translate="no">{client.policy.scope.join(', ')}</span>
        </Fact>
        <FactLines name={form.redirects} values={client.redirectUris} />
        <FactLines name={form.logouts} values={client.postLogoutRedirectUris} />
        <FactLines name={form.origins} values={client.allowedOrigins} />
        {isAdministrator && (
          <Fact name={form.owner}>
            <bdi>{ownerName}</bdi>
          </Fact>
        )}
      </Facts>
    </ApplicationFrame>
  )
}
