import { FormToken, Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'
import { Fill, fillText } from '../../ui/words/fill.tsx'
import { Name } from '../../ui/words/name.tsx'

interface Props {
  readonly site: Site
}

export function LogoutPage({ site }: Props) {
  const { signOut } = site.messages
  return (
    <Layout site={site} title={signOut.ask} width="narrow">
      <h1>{signOut.ask}</h1>
      <p>
        <Fill text={signOut.signedInAs} user={<Name>{site.viewer?.username}</Name>} />
      </p>
      <form method="post" action={site.paths.logout} class="choices">
        <FormToken site={site} />
        <button type="submit">{signOut.submit}</button>
        <a class="button secondary" href={site.paths.home}>
          {signOut.cancel}
        </a>
      </form>
    </Layout>
  )
}

interface SignedOutProps extends Props {
  /** The sign-out of the provider by which the person had come. */
  readonly there?: { readonly id: string; readonly name: string } | undefined
}

export function SignedOutPage({ site, there }: SignedOutProps) {
  const { signOut } = site.messages
  const again = (
    <a class="button" href={site.paths.login}>
      {signOut.again}
    </a>
  )
  return (
    <Layout site={site} title={signOut.done} width="narrow">
      <h1>{signOut.done}</h1>
      <p>{signOut.elsewhere}</p>
      {there === undefined ? (
        <p class="actions">{again}</p>
      ) : (
        <form method="post" action={site.paths.logout} class="choices">
          <FormToken site={site} />
          <input type="hidden" name="with" value={there.id} />
          {again}
          <button type="submit" class="secondary">
            {fillText(signOut.there, { provider: there.name })}
          </button>
        </form>
      )}
    </Layout>
  )
}
