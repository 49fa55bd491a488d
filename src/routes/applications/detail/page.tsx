import { isRegisteredFor } from '../../../rules/clients/client.ts'
import { Fact, Facts, Time } from '../../../ui/facts.tsx'
import { CopyCode } from '../../../ui/forms/copy.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { TrustTag } from '../../../ui/monogram.tsx'
import { fillText } from '../../../ui/words/fill.tsx'
import { ApplicationFrame, type FrameProps } from '../frame.tsx'
import { authorizationUrl } from '../requests.ts'
import { NextSteps, type NextStepsProps } from './next-steps.tsx'

export interface DetailPageProps extends Omit<FrameProps, 'site'>, NextStepsProps {
  readonly ownerName: string
}

/** The first tab: the identity of the application, and the way to its first token. */
export function DetailPage({ ownerName, ...rest }: DetailPageProps) {
  const { site, client } = rest
  const { detail: t, form, secret, words } = site.texts.applications
  return (
    <ApplicationFrame {...rest} tab="overview">
      {client.policy.introspectsAll && (
        <p class="notice">
          <Icon name="warning" />
          <span>
            {t.introspectsAll} <a href={site.paths.applicationPolicy(client.id)}>{t.introspectsChange}</a>
          </span>
        </p>
      )}
      <Facts>
        <Fact name={secret.id}>
          <CopyCode id="client_id" value={client.id} what={secret.id} />
        </Fact>
        <Fact name={t.trust}>
          <TrustTag texts={site.texts} trust={client.trust} />
        </Fact>
        <Fact name={form.type}>{words[client.type]}</Fact>
        <RedirectUris {...rest} />
        {site.viewer?.isAdministrator && (
          <Fact name={form.owner}>
            <bdi>{ownerName}</bdi>
          </Fact>
        )}
        <Fact name={t.created}>
          <Time at={client.createdAt} exact ago />
        </Fact>
        <Fact name={t.lastUsed}>
          {client.lastUsedAt === undefined ? t.never : <Time at={client.lastUsedAt} exact ago />}
        </Fact>
      </Facts>
      <NextSteps {...rest} />
    </ApplicationFrame>
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
