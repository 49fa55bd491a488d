import { usesSecret } from '../../../protocol/client.ts'
import { CopyCode, copyScript } from '../../../ui/copy.tsx'
import { Fact, Facts, Time } from '../../../ui/facts.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { ClientMark } from '../../../ui/monogram.tsx'
import { TrustTag } from '../../../ui/trust.tsx'
import { clientTypeNames, grantTypeNames } from '../../../ui/words.ts'
import { Activity, type ActivityProps } from './activity.tsx'
import { NextSteps, type NextStepsProps } from './next-steps.tsx'
import { authorizationUrl } from './requests.ts'
import { type ListedSecret, Secrets } from './secrets.tsx'

export interface DetailPageProps extends NextStepsProps {
  readonly ownerName: string
  readonly logo: string | undefined
  readonly secrets: readonly ListedSecret[]
  readonly mayAddSecret: boolean
  readonly activity: ActivityProps
  /** Whether one comes from a form that was just saved. */
  readonly saved: boolean
}

export function DetailPage({
  ownerName,
  logo,
  secrets,
  mayAddSecret,
  activity,
  saved,
  ...rest
}: DetailPageProps) {
  const { site, client } = rest
  const { paths } = site
  return (
    <Layout site={site} title={client.name} scripts={[copyScript]}>
      <Trail href={paths.applications}>Applications</Trail>
      {saved && (
        <p class="done" role="status">
          <Icon name="check" />
          Saved
        </p>
      )}
      <div class="heading">
        <ClientMark site={site} id={client.id} name={client.name} logo={logo} />
        <h1>
          <bdi>{client.name}</bdi>
        </h1>
        <div class="actions">
          <a class="button secondary" href={paths.updateApplication(client.id)}>
            Update
          </a>
          {client.grantType === 'authorization-code' && (
            <a class="button secondary" href={paths.applicationClaims(client.id)}>
              Preview claims
            </a>
          )}
          <a class="button secondary" href={paths.applicationLogo(client.id)}>
            Logo
          </a>
          <a class="button secondary" href={paths.applicationPolicy(client.id)}>
            Tokens and sign-in
          </a>
          {site.viewer?.isAdministrator && (
            <a class="button secondary" href={paths.trustApplication(client.id)}>
              Trust
            </a>
          )}
          {site.viewer?.isAdministrator && (
            <a class="button secondary" href={paths.suspendApplication(client.id)}>
              {client.suspendedAt === undefined ? 'Suspend' : 'Resume'}
            </a>
          )}
          <a class="button secondary" href={paths.deleteApplication(client.id)}>
            Delete
          </a>
        </div>
      </div>
      {client.suspendedAt !== undefined && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            <strong>Suspended</strong> since <Time at={client.suspendedAt} exact />: it gets no tokens, and
            none that it holds is good.
          </span>
        </p>
      )}
      <Facts>
        <Fact name="Client ID">
          <CopyCode id="client_id" value={client.id} what="client ID" />
        </Fact>
        <Fact name="Trust">
          <TrustTag trust={client.trust} />
        </Fact>
        <Fact name="Client type">{clientTypeNames[client.type]}</Fact>
        <Fact name="Authorization grant type">{grantTypeNames[client.grantType]}</Fact>
        {client.openid.pkceOptional && (
          <Fact name="PKCE">
            <span class="tag">Older client, no PKCE</span>
          </Fact>
        )}
        <Fact name="Scopes">{client.policy.scope.join(', ')}</Fact>
        <RedirectUris {...rest} />
        <Lines name="Post-logout redirect URIs" values={client.postLogoutRedirectUris} />
        <Lines name="Allowed origins" values={client.allowedOrigins} />
        {site.viewer?.isAdministrator && (
          <Fact name="Owner">
            <bdi>{ownerName}</bdi>
          </Fact>
        )}
        <Fact name="Created">
          <Time at={client.createdAt} exact />
        </Fact>
        <Fact name="Last used">
          {client.lastUsedAt === undefined ? 'Never' : <Time at={client.lastUsedAt} exact />}
        </Fact>
      </Facts>
      {usesSecret(client) && <Secrets site={site} client={client} secrets={secrets} mayAdd={mayAddSecret} />}
      <Activity {...activity} />
      <NextSteps {...rest} />
    </Layout>
  )
}

/** Each with a link that runs the flow to it. */
function RedirectUris({ site, client, scope, pkce }: NextStepsProps) {
  if (client.redirectUris.length === 0) return null
  return (
    <Fact name="Redirect URIs">
      <ul class="lines">
        {client.redirectUris.map((uri) => (
          <li class="with-button">
            <code>{uri}</code>
            {client.grantType === 'authorization-code' && (
              <a
                class="button secondary small"
                href={authorizationUrl(site, client.id, uri, scope, pkce.challenge)}
                aria-label={`Test ${uri}`}
              >
                Test
              </a>
            )}
          </li>
        ))}
      </ul>
    </Fact>
  )
}

function Lines({ name, values }: { readonly name: string; readonly values: readonly string[] }) {
  if (values.length === 0) return null
  return (
    <Fact name={name}>
      <ul class="lines">
        {values.map((value) => (
          <li>
            <code>{value}</code>
          </li>
        ))}
      </ul>
    </Fact>
  )
}
