import type { Child } from 'hono/jsx'

/** Every URL in full: the page may be served from another origin. */
export interface Server {
  readonly issuer: string
  readonly home: string
  readonly authorize: string
  readonly token: string
  readonly applications: string
  readonly register: string
  readonly metadata: string
  readonly jwks: string
}

/** The page's own frame: its links lead to the server wherever the page is served from, and it names no viewer. */
export function Frame({ server, children }: { readonly server: Server; readonly children?: Child }) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>Playground · Latchkey</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/latchkey.css" />
        <script src="/playground/main.js" type="module" />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <header class="top">
          <a class="brand" href={server.home}>
            Latchkey
          </a>
          <nav aria-label="Main">
            <a href={server.applications}>Applications</a>
          </nav>
        </header>
        <main
          id="main"
          class="wide playground"
          data-issuer={server.issuer}
          data-authorize={server.authorize}
          data-token={server.token}
          data-applications={server.applications}
          data-metadata={server.metadata}
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
  /** What has to happen first; without it the step is open from the start. */
  readonly waiting?: string
  readonly children?: Child
}

export function Step({ id, title, waiting, children }: StepProps) {
  return (
    <section class="step" id={id} aria-labelledby={`${id}-title`}>
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
      <p role="status" data-status />
    </section>
  )
}

export interface RequestStepProps extends StepProps {
  readonly button: string
  readonly answerId: string
  /** Below the answer. */
  readonly after?: Child
}

/** A step that sends one request, and shows it, the same with curl, and the answer. */
export function RequestStep({ button, answerId, after, children, ...step }: RequestStepProps) {
  return (
    <Step {...step}>
      {children}
      <h3>
        Request <code data-request />
      </h3>
      <dl class="facts" data-facts />
      <Block title="With curl" id={`${step.id}-curl`} copy="Copy this command" />
      <button type="button" data-send>
        {button}
      </button>
      <div data-answer hidden>
        <h3>
          Answer <code data-http />
        </h3>
        <pre id={answerId} />
      </div>
      {after}
    </Step>
  )
}

/** Text to copy. */
export function Block({
  title,
  id,
  copy,
}: {
  readonly title: string
  readonly id: string
  readonly copy: string
}) {
  return (
    <div class="block">
      <h3>{title}</h3>
      <button type="button" class="secondary" data-copy={id} aria-label={copy}>
        Copy
      </button>
      <pre id={id} />
    </div>
  )
}
