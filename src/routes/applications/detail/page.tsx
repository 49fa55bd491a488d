import { isForPeople, isRegisteredFor, usesSecret } from '../../../rules/clients/client.ts'
import { Fact, Facts, Time } from '../../../ui/facts.tsx'
import { CopyCode, copyScript } from '../../../ui/forms/copy.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
import { ClientMark } from '../../../ui/monogram.tsx'
import { Saved } from '../../../ui/saved.tsx'
import { TrustTag } from '../../../ui/trust.tsx'
import { Fill, fillText } from '../../../ui/words/fill.tsx'
import { authorizationUrl } from '../requests.ts'
import { Activity, type ActivityProps } from './activity.tsx'
import { NextSteps, type NextStepsProps } from './next-steps.tsx'
import { Notices, type NoticesProps } from './notices.tsx'
import { type ListedSecret, Secrets } from './secrets.tsx'

export interface DetailPageProps extends NextStepsProps, NoticesProps {
  readonly ownerName: string
  readonly logo: string | undefined
  /** Suspended until its owner has looked at it. */
  readonly awaitsOwner: boolean
  readonly secrets: readonly ListedSecret[]
  readonly mayAddSecret: boolean
  readonly activity: ActivityProps
  /** Whether one comes from a form that was just saved. */
  readonly saved: boolean
}

export function DetailPage({
  ownerName,
  logo,
  awaitsOwner,
  secrets,
  mayAddSecret,
  activity,
  undelivered,
  saved,
  ...rest
}: DetailPageProps) {
  const { site, client } = rest
  const { paths } = site
  const { detail: t, form, policy, resumption, secret, words } = site.texts.applications
  return (
    <Layout site={site} title={client.name} scripts={[copyScript]}>
      <Trail href={paths.applications}>{site.messages.layout.applications}</Trail>
      <Saved when={saved} />
      <div class="heading">
        <ClientMark site={site} id={client.id} name={client.name} logo={logo} />
        <h1>
          <bdi>{client.name}</bdi>
        </h1>
        <div class="actions">
          <a class="button secondary" href={paths.updateApplication(client.id)}>
            {t.update}
          </a>
          {isForPeople(client) && (
            <a class="button secondary" href={paths.applicationClaims(client.id)}>
              {t.claims}
            </a>
          )}
          <a class="button secondary" href={paths.applicationLogo(client.id)}>
            {t.logo}
          </a>
          <a class="button secondary" href={paths.applicationPolicy(client.id)}>
            {policy.title}
          </a>
          {site.viewer?.isAdministrator && (
            <a class="button secondary" href={paths.trustApplication(client.id)}>
              {t.trust}
            </a>
          )}
          {site.viewer?.isAdministrator && (
            <a
              class="button secondary"
              href={
                client.approval === undefined
                  ? paths.suspendApplication(client.id)
                  : paths.approveApplication(client.id)
              }
            >
              {client.approval !== undefined
                ? t.review
                : client.suspendedAt === undefined
                  ? t.suspend
                  : t.resume}
            </a>
          )}
          <a class="button secondary" href={paths.deleteApplication(client.id)}>
            {t.delete}
          </a>
        </div>
      </div>
      {client.suspendedAt !== undefined && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            <Fill
              text={t.since}
              suspended={
                <strong>{client.approval === undefined ? words.suspended : words[client.approval]}</strong>
              }
              time={<Time at={client.suspendedAt} exact />}
            />{' '}
            {awaitsOwner && (
              <Fill
                text={resumption.notice}
                look={<a href={paths.resumeApplication(client.id)}>{resumption.look}</a>}
              />
            )}
          </span>
        </p>
      )}
      {client.policy.introspectsAll && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            {t.introspectsAll} <a href={paths.applicationPolicy(client.id)}>{t.introspectsChange}</a>
          </span>
        </p>
      )}
      <Facts>
        <Fact name={secret.id}>
          <CopyCode id="client_id" value={client.id} what={secret.id} />
        </Fact>
        <Fact name={t.trust}>
          <TrustTag site={site} trust={client.trust} />
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
        <RedirectUris {...rest} />
        <Lines name={form.logouts} values={client.postLogoutRedirectUris} />
        <Lines name={form.origins} values={client.allowedOrigins} />
        {site.viewer?.isAdministrator && (
          <Fact name={form.owner}>
            <bdi>{ownerName}</bdi>
          </Fact>
        )}
        <Fact name={t.created}>
          <Time at={client.createdAt} exact />
        </Fact>
        <Fact name={t.lastUsed}>
          {client.lastUsedAt === undefined ? t.never : <Time at={client.lastUsedAt} exact />}
        </Fact>
      </Facts>
      {usesSecret(client) && <Secrets site={site} client={client} secrets={secrets} mayAdd={mayAddSecret} />}
      <Activity site={site} {...activity} />
      <Notices site={site} undelivered={undelivered} />
      <NextSteps {...rest} />
    </Layout>
  )
}

/** Each with a link that runs the flow to it. */
function RedirectUris({ site, client, scope, pkce }: NextStepsProps) {
  const { detail: t, form } = site.texts.applications
  if (client.redirectUris.length === 0) return null
  return (
    <Fact name={form.redirects}>
      <ul class="lines">
        {client.redirectUris.map((uri) => (
          <li class="with-button">
            <code>{uri}</code>
            {isRegisteredFor(client, 'authorization-code') && (
              <a
                class="button secondary small"
                href={authorizationUrl(site, client.id, uri, scope, pkce.challenge)}
                aria-label={fillText(t.testWhat, { uri })}
              >
                {t.test}
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
