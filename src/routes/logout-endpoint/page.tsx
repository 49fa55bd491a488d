import { FormToken, Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Fill } from '../../ui/words/fill.tsx'

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
        {messages.asked}{' '}
        <Fill
          text={messages.signedInAs}
          user={
            <strong>
              <bdi>{site.viewer?.username}</bdi>
            </strong>
          }
        />
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
