import type { Client } from '../../../protocol/client.ts'
import { CopyBlock } from '../../../ui/copy.tsx'
import { Endpoints } from '../../../ui/endpoints.tsx'
import type { Site } from '../../../ui/site.ts'

export interface NextStepsProps {
  readonly site: Site
  readonly client: Client
  readonly scope: string
  readonly pkce: { readonly verifier: string; readonly challenge: string }
}

/** From here to the first token: a link to open, a command to send. Both work as they are. */
export function NextSteps({ site, client, scope, pkce }: NextStepsProps) {
  const [redirectUri = ''] = client.redirectUris
  const link = authorizationUrl(site, client.id, redirectUri, scope, pkce.challenge)
  return (
    <>
      <h2>Try it</h2>
      <ol class="steps">
        <li>
          <p>
            Open the authorization URL. After you sign in and authorize, the browser comes to the redirect URI
            with a <code>code</code>.
          </p>
          <CopyBlock title="Authorization URL" id="authorization_url" text={link} />
          <p>
            <a href={link}>Open the authorization URL</a>
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
            text={tokenRequest(site, client, redirectUri, pkce.verifier)}
          />
        </li>
      </ol>
      <p class="hint">
        The two belong together by PKCE: the URL has the <code>code_challenge</code>, the command its{' '}
        <code>code_verifier</code>. They are made anew whenever this page is opened; your application makes
        its own for each sign-in.
      </p>
      <h2>Endpoints</h2>
      <Endpoints site={site} />
    </>
  )
}

function authorizationUrl(
  site: Site,
  clientId: string,
  redirectUri: string,
  scope: string,
  challenge: string,
): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  return `${site.issuer}${site.paths.authorize}?${query}`
}

function tokenRequest(
  { issuer, paths }: Site,
  client: Client,
  redirectUri: string,
  verifier: string,
): string {
  const isPublic = client.type === 'public'
  return [
    `curl ${quote(issuer + paths.token)}`,
    ...(isPublic ? [] : [`-u ${quote(`${client.id}:YOUR_SECRET`)}`]),
    '-d grant_type=authorization_code',
    ...(isPublic ? [`-d client_id=${client.id}`] : []),
    '-d code=YOUR_CODE',
    `--data-urlencode ${quote(`redirect_uri=${redirectUri}`)}`,
    `-d code_verifier=${verifier}`,
  ].join(' \\\n  ')
}

/** For a POSIX shell: nothing inside is read as anything but text. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
