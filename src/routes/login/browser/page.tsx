import { FormToken, Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'

export interface KnownBrowserPageProps {
  readonly site: Site
  readonly token: string
  readonly username: string
}

export function KnownBrowserPage({ site, token, username }: KnownBrowserPageProps) {
  const t = site.texts.start.browser
  return (
    <Layout site={site} title={t.title} width="narrow">
      <h1>{t.title}</h1>
      <p>
        <Fill text={t.text} user={<bdi class="who">{username}</bdi>} />
      </p>
      <form method="post" action={site.paths.knownBrowser}>
        <FormToken site={site} />
        <input type="hidden" name="token" value={token} />
        <button type="submit">{t.submit}</button>
      </form>
    </Layout>
  )
}

/** A link that was changed, is too old, or is from before the password was changed. */
export function DeadBrowserLinkPage({ site }: { readonly site: Site }) {
  const { browser, reset } = site.texts.start
  return (
    <Layout site={site} title={`${site.messages.error}: ${reset.dead}`} width="narrow">
      <h1>{reset.dead}</h1>
      <p>{browser.dead}</p>
      <p>
        <a href={site.paths.login}>{reset.back}</a>
      </p>
    </Layout>
  )
}
