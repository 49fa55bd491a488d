import { type Client, isRegisteredFor } from '../../../rules/clients/client.ts'
import { Endpoints } from '../../../ui/endpoints.tsx'
import { CopyBlock } from '../../../ui/forms/copy.tsx'
import type { Site } from '../../../ui/site.ts'
import { mayTry, TryLink } from '../../../ui/try-link.tsx'
import { Fill } from '../../../ui/words/fill.tsx'
import { authorizationUrl, clientCredentialsRequest, codeRequest } from '../requests.ts'
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
      {client.grantType !== 'device-code' && <Snippets site={site} snippets={snippets} />}
      <h2>{site.texts.start.home.endpoints}</h2>
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

function Snippets({ site, snippets }: Pick<NextStepsProps, 'site' | 'snippets'>) {
  return (
    <>
      <h2>{site.texts.applications.next.code}</h2>
      <div class="snippets">
        {snippets.map(({ name, install, note, text }, i) => (
          <details name="snippets" translate="no">
            <summary>{name}</summary>
            <p class="hint" translate="yes">
              {install === undefined ? note : <code>{install}</code>}
            </p>
            <CopyBlock title={name} id={`snippet-${i}`} text={text} />
          </details>
        ))}
      </div>
    </>
  )
}
