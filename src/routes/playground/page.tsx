import { CopyBlock, CopyField } from '../../ui/copy.tsx'
import { Field, SelectField } from '../../ui/fields.tsx'
import { Frame, RequestStep, type Server, Status, Step } from './parts.tsx'

export interface PlaygroundPageProps {
  readonly server: Server
  readonly clientId: string
}

/** The walk through the flow. public/playground/main.js fills it; each step there has the id of a section here. */
export function PlaygroundPage({ server, clientId }: PlaygroundPageProps) {
  return (
    <Frame server={server}>
      <h1>Playground</h1>
      <p>
        This page is an OAuth client of its own: it runs in your browser, keeps no secret and uses PKCE, like
        a single-page application. It asks <code>{server.issuer}</code> for tokens and shows everything that
        is sent on the way.
      </p>
      <noscript>
        <p class="problems">
          The playground is an OAuth client written in JavaScript, which is off in this browser. Turn it on
          for this page, or follow <a href={server.metadata}>the server’s metadata</a> by hand.
        </p>
      </noscript>
      <div id="problem" class="problems" role="alert" tabindex={-1} hidden />
      <div id="steps" hidden>
        <LinkStep server={server} clientId={clientId} />
        <Step id="answer" title="2. Read the answer" waiting="Comes when you are back from signing in.">
          <p>
            The server has sent the browser back to the redirect URI. Before using the code, a client checks
            the answer:
          </p>
          <dl class="facts" data-facts />
          <Status />
        </Step>
        <RequestStep
          id="exchange"
          title="3. Get tokens for the code"
          waiting="Comes with the code."
          button="Exchange the code"
          curlTitle="Exchange with curl"
          answerId="token-response"
        >
          <p>
            The code alone is worth nothing: this page also shows the verifier behind the challenge of step 1.
            A code works once, and for a minute.
          </p>
        </RequestStep>
        <TokensStep server={server} />
        <RequestStep
          id="userinfo"
          title="4. Ask who signed in"
          waiting="Comes with the scope openid: add it in step 1, and profile or email for more."
          button="Get the user info"
          curlTitle="User info with curl"
          answerId="userinfo-response"
        >
          <p>OpenID Connect: the access token opens the user info endpoint.</p>
        </RequestStep>
        <RequestStep
          id="refresh"
          title="5. Refresh"
          waiting="Comes with a refresh token."
          button="Refresh the tokens"
          curlTitle="Refresh with curl"
          answerId="refresh-response"
          result={<BeforeAndAfter />}
        >
          <p>
            An access token is short-lived. The refresh token gets the next one, without the person being
            asked again.
          </p>
        </RequestStep>
        <RequestStep
          id="revoke"
          title="6. Revoke"
          waiting="Comes with a refresh token."
          button="Revoke the tokens"
          curlTitle="Revoke with curl"
          answerId="revoke-response"
        >
          <p>
            An application that is done with its tokens says so. With the refresh token everything that was
            issued with it ends.
          </p>
        </RequestStep>
      </div>
    </Frame>
  )
}

const prompts = [
  { value: '', label: 'As needed' },
  { value: 'login', label: 'login: sign in again' },
  { value: 'consent', label: 'consent: ask again' },
  { value: 'select_account', label: 'select_account: choose who' },
  { value: 'none', label: 'none: show nothing, or fail' },
]

function LinkStep({ server, clientId }: PlaygroundPageProps) {
  return (
    <Step id="link" title="1. Build the link">
      <form id="settings">
        <Field
          label="Client ID"
          name="client_id"
          value={clientId}
          required
          hint={`“${clientId}” is built in. Put the Client ID of your own application here to try that one.`}
        />
        <div id="secret">
          <Field
            label="Client secret"
            name="client_secret"
            type="password"
            hint="Only for a confidential application. It stays in this tab: in its session storage while you sign in, then in memory."
          />
          <p class="check">
            <input type="checkbox" id="show-secret" />
            <label for="show-secret">Show it here and in the commands</label>
          </p>
        </div>
        <Field
          label="Scope"
          name="scope"
          value="read write"
          hint="What the application may do, separated by spaces."
        />
        <SelectField
          label="Prompt"
          name="prompt"
          value=""
          hint="Optional: what the person is asked even when nothing needs asking."
          choices={prompts}
        />
        <CopyField label="Redirect URI" id="redirect-uri" value="" />
        <p class="hint">
          Where the answer goes. For your own application, <a href={server.register}>register</a> exactly this
          one.
        </p>
        <button type="submit">Sign in and authorize</button>
        <Status />
      </form>
      <details open>
        <summary>The request, parameter by parameter</summary>
        <dl class="facts" data-facts />
        <CopyBlock title="Authorization URL" id="authorization-url" text="" />
        <CopyBlock title="Follow it with curl" id="link-curl" text="" />
      </details>
      <p id="start-over" hidden>
        <a class="button secondary" href="/playground">
          Start over
        </a>
      </p>
    </Step>
  )
}

function TokensStep({ server }: { readonly server: Server }) {
  return (
    <Step id="tokens" title="The tokens" waiting="Come with the answer.">
      <CopyBlock title="Access token" id="access-token" text="" />
      <p>
        For APIs, in <code>Authorization: Bearer …</code>
      </p>
      <details open id="decoded">
        <summary>What the access token says</summary>
        <p class="hint">
          Decoded here, not verified. An API verifies the signature with{' '}
          <a href={server.jwks}>the server’s keys</a>.
        </p>
        <h4>Header</h4>
        <dl class="facts" data-header />
        <h4>Claims</h4>
        <dl class="facts" data-claims />
      </details>
      <p id="opaque" hidden>
        This access token is opaque: only the server can tell what it means.
      </p>
      <CopyBlock title="Refresh token" id="refresh-token" text="" />
      <p>For the token endpoint only, to get the next access token.</p>
      <div id="identity" hidden>
        <CopyBlock title="ID token" id="id-token" text="" />
        <p>For this application alone: who signed in, and how. A client verifies it before believing it.</p>
        <dl class="facts" data-claims />
      </div>
    </Step>
  )
}

function BeforeAndAfter() {
  return (
    <div data-change hidden>
      <h3>Before and after</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">Token</th>
            <th scope="col">Before</th>
            <th scope="col">Now</th>
          </tr>
        </thead>
        <tbody data-rows />
      </table>
    </div>
  )
}
