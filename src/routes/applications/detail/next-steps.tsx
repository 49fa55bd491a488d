import type { Client } from '../../../protocol/client.ts'
import { CopyBlock } from '../../../ui/copy.tsx'
import { Endpoints } from '../../../ui/endpoints.tsx'
import type { Site } from '../../../ui/site.ts'
import { authorizationUrl, clientCredentialsRequest, codeRequest } from './requests.ts'
import type { Snippet } from './snippets.ts'

export interface NextStepsProps {
  readonly site: Site
  readonly client: Client
  readonly scope: string
  readonly snippets: readonly Snippet[]
  readonly pkce: { readonly verifier: string; readonly challenge: string }
}

/** From here to the first token, with what is known of this application put in. */
export function NextSteps(props: NextStepsProps) {
  const { site, client, scope, snippets } = props
  return (
    <>
      <h2>Try it</h2>
      {client.grantType === 'client-credentials' ? (
        <>
          <p>Put your secret into this command. No person is asked: the token is the application’s own.</p>
          <CopyBlock
            title="Token request"
            id="token_request"
            text={clientCredentialsRequest(site, client.id, scope)}
          />
        </>
      ) : (
        <CodeSteps {...props} />
      )}
      <h2>In your code</h2>
      <div class="snippets">
        {snippets.map(({ name, note, text }, i) => (
          <details name="snippets">
            <summary>{name}</summary>
            <p class="hint">{note}</p>
            <CopyBlock title={name} id={`snippet-${i}`} text={text} />
          </details>
        ))}
      </div>
      <h2>Endpoints</h2>
      <Endpoints site={site} />
    </>
  )
}

/** A link to open, a command to send. */
function CodeSteps({ site, client, scope, pkce }: NextStepsProps) {
  const [redirectUri = ''] = client.redirectUris
  const link = authorizationUrl(site, client.id, redirectUri, scope, pkce.challenge)
  return (
    <>
      <ol class="steps">
        <li>
          <p>
            Open the authorization URL. After you sign in and authorize, the browser comes to the redirect URI
            with a <code>code</code>.
          </p>
          <CopyBlock title="Authorization URL" id="authorization_url" text={link} />
          <p>
            <a class="button secondary" href={link}>
              Open the authorization URL
            </a>
          </p>
        </li>
        <li>
          <p>
            Within a minute, put the code {client.type === 'confidential' && 'and your secret '}into this
            command. A code works once.
          </p>
          <CopyBlock
            title="Token request"
            id="token_request"
            text={codeRequest(site, client, redirectUri, pkce.verifier)}
          />
        </li>
      </ol>
      <p class="hint">
        The two belong together by PKCE: the URL has the <code>code_challenge</code>, the command its{' '}
        <code>code_verifier</code>. They are made anew whenever this page is opened; your application makes
        its own for each sign-in.
      </p>
    </>
  )
}
