import type { Purpose } from '../../../rules/sign-in/provider-attempt.ts'
import { FormPage } from '../../../ui/forms/form-page.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'
import { Name } from '../../../ui/words/name.tsx'

export interface ProviderPageProps {
  readonly site: Site
  readonly connection: { readonly id: string; readonly name: string }
  readonly purpose: Purpose
  readonly next: string
  /** Whether a new sign-in there is required. */
  readonly again: boolean
  readonly hint: string | undefined
  readonly problem?: string | undefined
}

/** One button: a link from elsewhere can show it, but not press it. */
export function ProviderPage({ site, connection, purpose, next, again, hint, problem }: ProviderPageProps) {
  const { provider: t } = site.messages
  const { login, loginWith } = site.paths
  return (
    <FormPage
      site={site}
      title={fillText(t.title, { provider: connection.name })}
      action={loginWith(connection.id)}
      submit={fillText(t.button, { provider: connection.name })}
      width="narrow"
      problem={problem}
      hidden={{ next, purpose, again: again ? '' : undefined, hint }}
      below={
        <p>
          <Fill text={t.start} provider={<Name>{connection.name}</Name>} />
        </p>
      }
      after={
        purpose === 'sign-in' && (
          <p>
            <a href={next === '' ? login : `${login}?${new URLSearchParams({ next })}`}>{t.other}</a>
          </p>
        )
      }
    />
  )
}
