import { FormToken, Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Fill, fillText } from '../../ui/words/fill.tsx'
import { Name } from '../../ui/words/name.tsx'

export interface EndSessionPageProps {
  readonly site: Site
  /** This page's own URL: the request itself. */
  readonly action: string
  readonly stay: string
}

export function EndSessionPage({ site, action, stay }: EndSessionPageProps) {
  const { signOut: messages } = site.messages
  return (
    <Layout site={site} title={messages.ask} width="narrow">
      <h1>{messages.ask}</h1>
      <p>
        {messages.asked} <Fill text={messages.signedInAs} user={<Name>{site.viewer?.username}</Name>} />
      </p>
      <form method="post" action={action} class="choices">
        <FormToken site={site} />
        <button type="submit" name="confirm" value="yes">
          {messages.submit}
        </button>
        <a class="button secondary" href={stay}>
          {messages.stay}
        </a>
      </form>
    </Layout>
  )
}

export interface SignedOutPageProps {
  readonly site: Site
  /** The address to which the requesting application sends people. */
  readonly href: string
  readonly host: string
}

/** For a visitor without a session: an application asks to sign out, and nothing proves its identity. */
export function SignedOutPage({ site, href, host }: SignedOutPageProps) {
  const { signOut, failure } = site.messages
  return (
    <Layout site={site} title={signOut.done} width="narrow">
      <h1>{signOut.done}</h1>
      <p>{signOut.elsewhere}</p>
      <p class="actions">
        <a class="button secondary" href={href} rel="noreferrer">
          {fillText(failure.refusedBack, { host })}
        </a>
      </p>
    </Layout>
  )
}
