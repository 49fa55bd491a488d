import { type Client, isRegisteredFor } from '../../../rules/clients/client.ts'
import { isByAdministrator, type NeedName } from '../../../rules/clients/needs.ts'
import { Endpoints } from '../../../ui/endpoints.tsx'
import { CopyBlock } from '../../../ui/forms/copy.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'
import { authorizationUrl, clientCredentialsRequest, codeRequest } from '../requests.ts'
import { mayTry, TryLink } from '../try-link.tsx'
import type { Snippet } from './snippets.ts'

export interface NextStepsProps {
  readonly site: Site<'applications' | 'start'>
  readonly client: Client
  readonly scope: string
  readonly snippets: readonly Snippet[]
  readonly pkce: { readonly verifier: string; readonly challenge: string }
}

/** The way to the first token, with the values of this application filled in. */
export function NextSteps(props: NextStepsProps) {
  const { site, client, scope, snippets } = props
  const t = site.texts.applications.next
  const hasCodes = isRegisteredFor(client, 'authorization-code')
  return (
    <>
      <h2>{t.try}</h2>
      {mayTry(site, client) && (
        <p>
          <TryLink site={site} client={client} />
        </p>
      )}
      {hasCodes && <CodeSteps {...props} />}
      {isRegisteredFor(client, 'client-credentials') && (
        <>
          <p>{t.machine}</p>
          <CopyBlock
            title={t.request}
            id="machine_request"
            text={clientCredentialsRequest(site, client.id, scope)}
          />
        </>
      )}
      {isRegisteredFor(client, 'device-code') && (
        <>
          <p>{t.device}</p>
          <p>
            <a class="button secondary" href={site.paths.tryDevice(client.id)}>
              {t.deviceTitle}
            </a>
          </p>
        </>
      )}
      {client.grantType !== 'device-code' && <Snippets site={site} client={client} snippets={snippets} />}
      <Endpoints site={site} />
    </>
  )
}

/** A link to open, and a command to send. */
function CodeSteps({ site, client, scope, pkce }: NextStepsProps) {
  const t = site.texts.applications.next
  const [redirectUri = ''] = client.redirectUris
  const link = authorizationUrl(site, client.id, redirectUri, scope, pkce.challenge)
  return (
    <>
      <ol class="steps">
        <li>
          <p>
            <Fill text={t.open} code={<code>code</code>} />
          </p>
          <CopyBlock title={t.url} id="authorization_url" text={link} />
          <p>
            <a class="button secondary" href={link}>
              {t.openUrl}
            </a>
          </p>
        </li>
        <li>
          <p>{client.type === 'confidential' ? t.exchangeSecret : t.exchange}</p>
          <CopyBlock
            title={t.request}
            id="token_request"
            text={codeRequest(site, client, redirectUri, pkce.verifier)}
          />
        </li>
      </ol>
      <p class="hint">
        <Fill text={t.pkce} challenge={<code>code_challenge</code>} verifier={<code>code_verifier</code>} />
      </p>
    </>
  )
}

function Snippets({ site, client, snippets }: Pick<NextStepsProps, 'site' | 'client' | 'snippets'>) {
  const t = site.texts.applications.snippets
  return (
    <>
      <h2>{site.texts.applications.next.code}</h2>
      <div class="snippets">
        {snippets.map(({ name, install, note, file, text, recipe, need }, i) => (
          <details name="snippets" translate="no" open={i === 0}>
            <summary>{name}</summary>
            <p class="hint" translate="yes">
              {install !== undefined && <code>{install}</code>} {note}
            </p>
            {need !== undefined && <NeededSetting site={site} client={client} need={need} />}
            <CopyBlock title={file ?? name} id={`snippet-${i}`} text={text} />
            {recipe !== undefined && (
              <p translate="yes">
                <a href={recipe}>{t.recipe}</a>
              </p>
            )}
          </details>
        ))}
      </div>
    </>
  )
}

/** The link opens the form with the value chosen: nothing changes until the person saves it there. */
function NeededSetting({
  site,
  client,
  need,
}: Pick<NextStepsProps, 'site' | 'client'> & { readonly need: NonNullable<Snippet['need']> }) {
  const t = site.texts.applications.snippets
  const [setting, value] = wordsOf(need.name, site)
  const mayOpen = !isByAdministrator(need.name) || site.viewer?.isAdministrator === true
  return (
    <p translate="yes">
      {fillText(need.isMet ? t.needsMet : t.needs, { setting, value })}{' '}
      {!need.isMet && !mayOpen && t.needsAdministrator}
      {!need.isMet && mayOpen && (
        <a href={`${site.paths.applicationPolicy(client.id)}?set=${need.name}`}>{t.needsForm}</a>
      )}
    </p>
  )
}

/** The labels of the form: a setting, and its value. */
function wordsOf(name: NeedName, { texts }: NextStepsProps['site']): readonly [string, string] {
  const { openid, policy } = texts.applications
  return name === 'no-refresh-tokens' ? [policy.refresh, policy.refreshNo] : ['PKCE', openid.optional]
}
