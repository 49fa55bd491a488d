import { FormPage } from '../../../ui/forms/form-page.tsx'
import { Layout } from '../../../ui/layout.tsx'
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
  return (
    <FormPage
      site={site}
      title={t.title}
      action={site.paths.knownBrowser}
      submit={t.submit}
      width="narrow"
      problem={problem}
      below={
        <p>
          <Fill text={t.text} user={<bdi class="who">{username}</bdi>} />
        </p>
      }
      hidden={{ token }}
    />
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
