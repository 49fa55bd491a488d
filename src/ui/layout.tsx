import { html, raw } from 'hono/html'
import type { Child } from 'hono/jsx'
import { Icon, Mark } from './icons.tsx'
import { partOf, SideNavigation } from './navigation.tsx'
import type { Site } from './site.ts'
import { directionOf, languageNames } from './words/messages/index.ts'
import { preparedAround } from './words/prepared.ts'

export interface LayoutProps {
  readonly site: Site
  /** Title of the document. An error form adds `Error: ` in front. */
  readonly title: string
  /** `narrow` for one form in the middle (sign-in, consent); `wide` for lists. */
  readonly width?: 'narrow' | 'wide'
  readonly scripts?: readonly string[]
  /** A script that browsers without modules run, too. */
  readonly plainScript?: string
  readonly children?: Child
}

/** The same as for the icons. */
const always = raw(
  '<meta charset="utf-8"/><meta name="viewport" content="width=device-width, initial-scale=1"/>' +
    '<meta name="color-scheme" content="light dark"/><link rel="stylesheet" href="/latchkey.css"/>',
)

interface HeadProps {
  readonly title: string
  readonly icon: string
  /** Besides the stylesheet of every page. */
  readonly styles: readonly string[]
  readonly scripts: readonly string[]
  readonly plainScript?: string | undefined
}

/**
 * A template, which escapes its values: after the first `<head>` or `<svg>` of JSX, hono looks up a namespace for each element
 * of every page, a quarter of the work.
 */
export function Head({ title, icon, styles, scripts, plainScript }: HeadProps) {
  return html`<head>${always}<title>${title}</title><link rel="icon" href="${icon}"/>${styles.map(
    (source) => html`<link rel="stylesheet" href="${source}"/>`,
  )}${scripts.map((source) => html`<script src="${source}" type="module"></script>`)}${
    plainScript !== undefined && html`<script src="${plainScript}" defer></script>`
  }</head>`
}

/** Characters of an encoded address. Each language repeats it; a longer one would make a large page, so it has no such links. */
const longestRepeated = 4000

/** The frame of every page. Only the values that differ between requests are put in: the rest of it was made once. */
export function Layout({ site, title, width = 'wide', scripts = [], plainScript, children }: LayoutProps) {
  const { brand, viewer, isOnTheWay, paths } = site
  const part = isOnTheWay ? undefined : partOf(site)
  // Encoded, because it is a parameter of other addresses.
  const here = encodeURIComponent(site.here)
  const isLong = here.length > longestRepeated
  const values = {
    title: `${title} · ${brand.name}`,
    token: site.formToken,
    username: viewer?.username ?? '',
    here,
    side: part && <SideNavigation site={site} part={part} />,
    children,
  }
  const own = [width, scripts, plainScript, part === undefined, isOnTheWay, viewer?.isStaff, isLong]
  const key = ['frame', ...own, brand, site.languages, paths.token]
  return (
    <>
      {preparedAround(key, values, (to) => (
        <Frame
          site={{ ...site, formToken: to.token, viewer: viewer && { ...viewer, username: to.username } }}
          title={to.title}
          here={isLong ? undefined : to.here}
          side={part && to.side}
          width={width}
          scripts={scripts}
          plainScript={plainScript}
        >
          {to.children}
        </Frame>
      ))}
    </>
  )
}

type FrameProps = Required<Pick<LayoutProps, 'title' | 'width' | 'scripts' | 'children'>> & {
  readonly site: Omit<Site, 'here' | 'reference'>
  readonly here: string | undefined
  readonly side: string | undefined
  readonly plainScript: string | undefined
}

function Frame({ site, title, here, side, width, scripts, plainScript, children }: FrameProps) {
  const { language, messages, brand } = site
  const main = (
    <main id="main" class={width}>
      {children}
    </main>
  )
  return (
    <html lang={language} dir={directionOf(language)}>
      <Head
        title={title}
        icon={brand.logo ?? '/favicon.svg'}
        styles={brand.color === undefined ? [] : [`${site.paths.brand}?${brand.color.slice(1)}`]}
        scripts={[
          ...scripts,
          ...(site.viewer !== undefined && !site.isOnTheWay ? ['/jump.js'] : []),
          ...(site.viewer !== undefined ? ['/times.js'] : []),
        ]}
        plainScript={plainScript}
      />
      <body>
        <a class="skip" href="#main">
          {messages.layout.skip}
        </a>
        {site.isOnTheWay ? <Bare site={site} /> : <Top site={site} />}
        {side === undefined ? (
          main
        ) : (
          <div class="console">
            {side}
            {main}
          </div>
        )}
        {here !== undefined && <Languages site={site} here={here} />}
      </body>
    </html>
  )
}

/** The brand, without links to other pages. */
function Bare({ site: { brand } }: Pick<FrameProps, 'site'>) {
  return (
    <header class="top">
      <span class="brand" translate="no">
        <Mark logo={brand.logo} />
        {brand.name}
      </span>
    </header>
  )
}

function Top({ site }: Pick<FrameProps, 'site'>) {
  const { paths, viewer, messages } = site
  return (
    <header class="top">
      <a class="brand" href={paths.home} translate="no">
        <Mark logo={site.brand.logo} />
        {site.brand.name}
      </a>
      <nav aria-label={messages.layout.navigation}>
        {viewer === undefined ? (
          <a href={paths.login}>{messages.layout.signIn}</a>
        ) : (
          <>
            <a href={paths.applications}>{messages.layout.applications}</a>
            {viewer.isStaff && <a href={paths.admin}>{messages.layout.administration}</a>}
            <a href={paths.account} aria-label={`${messages.layout.account}: ${viewer.username}`}>
              <bdi class="who">{viewer.username}</bdi>
            </a>
          </>
        )}
      </nav>
      {viewer !== undefined && (
        <>
          <a
            class="jump"
            href={paths.search}
            aria-label={messages.common.search}
            aria-keyshortcuts="Control+K Meta+K"
          >
            <Icon name="search" />
          </a>
          <form method="post" action={paths.logout}>
            <FormToken site={site} />
            <button class="link" type="submit">
              {messages.layout.signOut}
            </button>
          </form>
        </>
      )}
    </header>
  )
}

/** Every language under its own name. It works without a script: each is a link that comes back here. */
function Languages({ site, here }: Pick<FrameProps, 'site'> & { readonly here: string }) {
  const others = site.languages.filter((language) => language !== site.language)
  return (
    <footer>
      <details class="languages">
        <summary>
          {site.messages.layout.chooseLanguage} {languageNames[site.language]}
        </summary>
        <ul>
          {others.map((language) => (
            <li>
              <a
                href={`${site.paths.language}?to=${language}&next=${here}`}
                lang={language}
                hreflang={language}
              >
                {languageNames[language]}
              </a>
            </li>
          ))}
        </ul>
      </details>
    </footer>
  )
}

/** In every form that is posted. */
export function FormToken({ site }: { readonly site: Pick<Site, 'formToken'> }) {
  return <input type="hidden" name="form_token" value={site.formToken} />
}

/** In a form that creates something: it and everything else in the form are one attempt, however often it is sent. */
export function AttemptToken({ attempt }: { readonly attempt: string }) {
  return <input type="hidden" name="attempt" value={attempt} />
}

/** The path to the page, above its heading. */
export function Trail({ href, children }: { readonly href: string; readonly children?: Child }) {
  return (
    <p class="trail">
      <a href={href}>{children}</a>
    </p>
  )
}
