import { FormToken, Layout } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface ConfirmationPageProps {
  readonly site: Site
  readonly token: string
  readonly email: string
}

export function ConfirmationPage({ site, token, email }: ConfirmationPageProps) {
  return (
    <Layout site={site} title="Confirm your email address" width="narrow">
      <h1>Confirm your email address</h1>
      <p>
        Is <bdi>{email}</bdi> yours, <bdi>{site.viewer?.username}</bdi>?
      </p>
      <form method="post" action={site.paths.emailConfirmation}>
        <FormToken site={site} />
        <input type="hidden" name="token" value={token} />
        <button type="submit">Confirm</button>
      </form>
    </Layout>
  )
}

/** `taken`: somebody else proved the address first. Otherwise the link is used, old, replaced, or of another account. */
export function NotConfirmedPage({
  site,
  reason,
}: {
  readonly site: Site
  readonly reason: 'dead' | 'taken'
}) {
  const title = reason === 'dead' ? 'This link does not work here' : 'This address has an account already'
  return (
    <Layout site={site} title={`Error: ${title}`} width="narrow">
      <h1>{title}</h1>
      {reason === 'dead' ? (
        <p>
          A link works once, within an hour, only the newest one, and only for the account that it was made
          for. You are signed in as <bdi>{site.viewer?.username}</bdi>.
        </p>
      ) : (
        <p>Another account here uses it, and it stays there. Use another address for this one.</p>
      )}
      <p>
        <a href={site.paths.accountEmail}>Go to your email address</a>
      </p>
    </Layout>
  )
}
