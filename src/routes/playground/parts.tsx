import type { Child } from 'hono/jsx'
import { CopyBlock, copyScript } from '../../ui/forms/copy.tsx'
import { Mark } from '../../ui/icons.tsx'
import { Head } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { directionOf, type Texts } from '../../ui/words/messages/index.ts'

/** The language of the page, and its texts. */
export type Speech = Pick<Site<'playground'>, 'language' | 'messages' | 'texts'>

export type Words = Texts['playground']['page']

/** Every URL in full: the page may be served from another origin. */
export interface Server {
  readonly issuer: string
  readonly home: string
  readonly authorize: string
  readonly token: string
  readonly userinfo: string
  readonly revoke: string
  readonly applications: string
  readonly register: string
  readonly metadata: string
  readonly jwks: string
  /** In seconds. */
  readonly codeLifetime: number
}

interface FrameProps {
  readonly speech: Speech
  readonly server: Server
  readonly children?: Child
}

/** The page's own frame: its links go to the server wherever the page is served from, and it names no viewer. */
export function Frame({ speech, server, children }: FrameProps) {
  const { language, messages, texts } = speech
  return (
    <html lang={language} dir={directionOf(language)}>
      <Head
        title={`${texts.playground.page.title} · Latchkey`}
        icon="/favicon.svg"
        styles={['/playground/playground.css']}
        scripts={['/playground/main.js', copyScript]}
      />
      <body>
        <a class="skip" href="#main">
          {messages.layout.skip}
        </a>
        <header class="top">
          <a class="brand" translate="no" href={server.home}>
            <Mark />
            Latchkey
          </a>
          <nav aria-label={messages.layout.navigation}>
            <a href={server.applications}>{messages.layout.applications}</a>
          </nav>
        </header>
        <main
          id="main"
          class="wide playground"
          data-issuer={server.issuer}
          data-authorize={server.authorize}
          data-token={server.token}
          data-userinfo={server.userinfo}
          data-revoke={server.revoke}
          data-applications={server.applications}
          data-metadata={server.metadata}
          data-code-lifetime={server.codeLifetime}
        >
          {children}
        </main>
      </body>
    </html>
  )
}

export interface StepProps {
  readonly id: string
  readonly title: string
  /** The condition for this step; without it the step is open from the start. */
  readonly waiting?: string
  readonly children?: Child
}

export function Step({ id, title, waiting, children }: StepProps) {
  return (
    <section class="card step" id={id} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`} tabindex={-1}>
        {title}
      </h2>
      {waiting !== undefined && (
        <p class="hint" data-waiting>
          {waiting}
        </p>
      )}
      <div data-ready hidden={waiting !== undefined}>
        {children}
      </div>
    </section>
  )
}

/** The result of a step; a problem appears below it. */
export function Status() {
  return <p role="status" data-status />
}

export interface RequestStepProps {
  readonly words: Words
  readonly id: 'exchange' | 'userinfo' | 'api' | 'refresh' | 'revoke'
  readonly answerId: string
  /** The values that the request needs, above the button. */
  readonly fields?: Child
  /** The result, in short. */
  readonly result?: Child
}

/** A step that sends one request, and shows it, the same request with curl, and the answer. */
export function RequestStep({ words: t, id, answerId, fields, result }: RequestStepProps) {
  return (
    <Step id={id} title={t[`${id}Title`]} waiting={t[`${id}Waiting`]}>
      <p>{t[`${id}Text`]}</p>
      {fields}
      <button type="button" data-send>
        {t[`${id}Button`]}
      </button>
      <Status />
      {result}
      <div class="pair">
        <details open={id === 'exchange'} data-sends>
          <summary>
            <span data-which>{t.request}</span> <code data-request />
          </summary>
          <dl class="facts" data-facts />
          <details>
            <summary>{t[`${id}Curl`]}</summary>
            <CopyBlock title={t[`${id}Curl`]} id={`${id}-curl`} text="" />
          </details>
        </details>
        <div data-answer hidden>
          <h3>
            {t.answer} <code data-http />
          </h3>
          <pre id={answerId} />
        </div>
      </div>
    </Step>
  )
}
