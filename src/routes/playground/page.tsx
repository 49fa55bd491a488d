import { CopyBlock, CopyField } from '../../ui/forms/copy.tsx'
import { Field, SelectField } from '../../ui/forms/fields.tsx'
import { Fill, fillText } from '../../ui/words/fill.tsx'
import { Frame, RequestStep, type Server, type Speech, Status, Step, type Words } from './parts.tsx'

export interface PlaygroundPageProps {
  readonly speech: Speech
  readonly server: Server
  readonly clientId: string
}

/** The walk through the flow. public/playground/main.js fills it in; each step there has the id of a section here. */
export function PlaygroundPage({ speech, server, clientId }: PlaygroundPageProps) {
  const t = speech.texts.playground.page
  return (
    <Frame speech={speech} server={server}>
      <h1>{t.title}</h1>
      <p>
        <Fill text={t.text} issuer={<code>{server.issuer}</code>} />
      </p>
      <noscript>
        <p class="problems">
          <Fill text={t.noScript} metadata={<a href={server.metadata}>{t.metadata}</a>} />
        </p>
      </noscript>
      <div id="problem" class="problems" role="alert" tabindex={-1} hidden />
      <div id="steps" hidden>
        <LinkStep speech={speech} server={server} clientId={clientId} />
        <Step id="answer" title={t.answerTitle} waiting={t.answerWaiting}>
          <p>{t.answerText}</p>
          <dl class="facts" data-facts />
          <Status />
        </Step>
        <RequestStep words={t} id="exchange" answerId="token-response" />
        <TokensStep words={t} server={server} />
        <RequestStep words={t} id="userinfo" answerId="userinfo-response" />
        <RequestStep words={t} id="api" answerId="api-response" fields={<AddressField words={t} />} />
        <RequestStep
          words={t}
          id="refresh"
          answerId="refresh-response"
          result={<BeforeAndAfter words={t} />}
        />
        <RequestStep words={t} id="revoke" answerId="revoke-response" />
      </div>
    </Frame>
  )
}

function LinkStep({ speech, server, clientId }: PlaygroundPageProps) {
  const { page: t, prompts } = speech.texts.playground
  const { needed, ...asked } = prompts
  const choices = Object.entries({ '': needed, ...asked }).map(([value, label]) => ({ value, label }))
  return (
    <Step id="link" title={t.linkTitle}>
      <form id="settings">
        <Field
          label={t.clientId}
          name="client_id"
          value={clientId}
          required
          hint={fillText(t.clientIdHint, { id: clientId })}
        />
        <div id="secret">
          <Field label={t.secret} name="client_secret" type="password" hint={t.secretHint} />
          <p class="check">
            <input type="checkbox" id="show-secret" />
            <label for="show-secret">{t.showSecret}</label>
          </p>
        </div>
        <Field label={t.scope} name="scope" value="read write" hint={t.scopeHint} />
        <CopyField label={t.redirectUri} id="redirect-uri" value="" />
        <p class="hint">
          <Fill text={t.redirectHint} register={<a href={server.register}>{t.register}</a>} />
        </p>
        <details id="advanced">
          <summary>{t.advanced}</summary>
          <Field label={t.resource} name="resource" hint={t.resourceHint} />
          <SelectField label={t.prompt} name="prompt" value="" hint={t.promptHint} choices={choices} />
        </details>
        <button type="submit">{t.submit}</button>
        <Status />
      </form>
      <details open id="link-request">
        <summary>{t.parameters}</summary>
        <dl class="facts" data-facts />
        <CopyBlock title={t.url} id="authorization-url" text="" />
        <details>
          <summary>{t.linkCurl}</summary>
          <CopyBlock title={t.linkCurl} id="link-curl" text="" />
        </details>
      </details>
      <p id="start-over" hidden>
        <a class="button secondary" href="/playground">
          {t.startOver}
        </a>
      </p>
    </Step>
  )
}

function TokensStep({ words: t, server }: { readonly words: Words; readonly server: Server }) {
  return (
    <Step id="tokens" title={t.tokensTitle} waiting={t.tokensWaiting}>
      <div class="pair">
        <div>
          <CopyBlock title={t.accessToken} id="access-token" text="" />
          <p>
            <Fill text={t.accessTokenText} header={<code>Authorization: Bearer …</code>} />
          </p>
          <CopyBlock title={t.refreshToken} id="refresh-token" text="" />
          <p>{t.refreshTokenText}</p>
        </div>
        <details open id="decoded">
          <summary>{t.decoded}</summary>
          <p class="hint">
            <Fill text={t.decodedHint} keys={<a href={server.jwks}>{t.keys}</a>} />
          </p>
          <h3>{t.claims}</h3>
          <dl class="facts" data-claims />
          <details>
            <summary>{t.header}</summary>
            <dl class="facts" data-header />
          </details>
        </details>
        <p id="opaque" hidden>
          {t.opaque}
        </p>
      </div>
      <div id="identity" hidden>
        <CopyBlock title={t.idToken} id="id-token" text="" />
        <p>{t.idTokenText}</p>
        <dl class="facts" data-claims />
      </div>
    </Step>
  )
}

/** The script offers the addresses that the token is for. */
function AddressField({ words: t }: { readonly words: Words }) {
  return (
    <>
      <Field label={t.apiAddress} name="api_address" type="url" hint={t.apiAddressHint} />
      <datalist id="api-addresses" />
    </>
  )
}

function BeforeAndAfter({ words: t }: { readonly words: Words }) {
  return (
    <div data-change hidden>
      <h3>{t.change}</h3>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.token}</th>
            <th scope="col">{t.before}</th>
            <th scope="col">{t.now}</th>
          </tr>
        </thead>
        <tbody data-rows />
      </table>
    </div>
  )
}
