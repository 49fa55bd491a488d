import type { Child } from 'hono/jsx'
import { Mark } from './icons.tsx'
import type { Site } from './site.ts'

export interface LayoutProps {
  readonly site: Site
  /** Of the document. An error form puts `Error: ` in front. */
  readonly title: string
  /** `narrow` for one form in the middle (sign-in, consent); `wide` for lists. */
  readonly width?: 'narrow' | 'wide'
  readonly scripts?: readonly string[]
  readonly children?: Child
}

/** The frame of every page. */
export function Layout({ site, title, width = 'wide', scripts = [], children }: LayoutProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{title} · Latchkey</title>
        <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
        <link rel="stylesheet" href="/latchkey.css" />
        {scripts.map((source) => (
          <script src={source} type="module" />
        ))}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to content
        </a>
        <Top site={site} />
        <main id="main" class={width}>
          {children}
        </main>
      </body>
    </html>
  )
}

function Top({ site }: { readonly site: Site }) {
  const { paths, viewer } = site
  return (
    <header class="top">
      <a class="brand" href={paths.home}>
        <Mark />
        Latchkey
      </a>
      <nav aria-label="Main">
        {viewer === undefined ? (
          <a href={paths.login}>Sign in</a>
        ) : (
          <>
            <a href={paths.applications}>Applications</a>
            {viewer.isAdministrator && <a href={paths.admin}>Administration</a>}
          </>
        )}
      </nav>
      {viewer !== undefined && (
        <form method="post" action={paths.logout}>
          <FormToken site={site} />
          <button class="link" type="submit">
            Sign out <bdi class="who">{viewer.username}</bdi>
          </button>
        </form>
      )}
    </header>
  )
}

/** In every form that is posted. */
export function FormToken({ site }: { readonly site: Site }) {
  return <input type="hidden" name="form_token" value={site.formToken} />
}

/** In a form that makes something: it and everything else in the form are one attempt, however often it is sent. */
export function AttemptToken({ attempt }: { readonly attempt: string }) {
  return <input type="hidden" name="attempt" value={attempt} />
}

/** Where the page stands, above its heading. */
export function Trail({ href, children }: { readonly href: string; readonly children?: Child }) {
  return (
    <p class="trail">
      <a href={href}>{children}</a>
    </p>
  )
}
