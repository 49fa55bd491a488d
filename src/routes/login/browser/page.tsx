import { FormToken, Layout } from '../../../ui/layout.tsx'
import { Refused } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'

export interface KnownBrowserPageProps {
  readonly site: Site<'start'>
  readonly token: string
  readonly username: string
  /** Why the form is shown again. */
  readonly problem: string | undefined
}

export function KnownBrowserPage({ site, token, username, problem }: KnownBrowserPageProps) {
  const t = site.texts.start.browser
  const title = problem === undefined ? t.title : `${site.messages.error}: ${t.title}`
  return (
    <Layout site={site} title={title} width="narrow">
      <h1>{t.title}</h1>
      <Refused problem={problem} />
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
export function DeadBrowserLinkPage({ site }: { readonly site: Site<'start'> }) {
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
