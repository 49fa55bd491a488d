import { Field, type Problem } from '../../../ui/forms/fields.tsx'
import { FormPage } from '../../../ui/forms/form-page.tsx'
import { Icon } from '../../../ui/icons.tsx'
import { Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'

export interface NewPasswordPageProps {
  readonly site: Site<'start'>
  readonly token: string
  readonly username: string
  /** Whether the link is the first confirmation of the address: then much of the existing data is removed. */
  readonly isFirstProof: boolean
  readonly problems: readonly Problem[]
}

export function NewPasswordPage({ site, token, username, isFirstProof, problems }: NewPasswordPageProps) {
  const t = site.texts.start.reset
  return (
    <FormPage
      site={site}
      title={t.newTitle}
      action={site.paths.newPassword}
      submit={t.newSubmit}
      width="narrow"
      problems={problems}
      above={
        <>
          <p>
            <Fill text={t.newText} user={<bdi>{username}</bdi>} />
          </p>
          {isFirstProof && (
            <p class="notice">
              <Icon name="warning" />
              <span>{t.firstProof}</span>
            </p>
          )}
        </>
      }
      hidden={{ token }}
    >
      {/* For password managers: the account. */}
      <input type="text" name="username" value={username} autocomplete="username" readonly hidden />
      <Field
        label={t.newPassword}
        name="password"
        type="password"
        autocomplete="new-password"
        hint={t.newHint}
        required
        autofocus
        problems={problems}
      />
    </FormPage>
  )
}

/** The link is used, too old, or replaced by a newer one. The page does not say which. */
export function DeadLinkPage({ site }: { readonly site: Site<'start'> }) {
  const t = site.texts.start.reset
  return (
    <Layout site={site} title={`${site.messages.error}: ${t.dead}`} width="narrow">
      <h1>{t.dead}</h1>
      <p>{t.deadText}</p>
      <p>
        <Fill
          text={t.deadAdvice}
          signIn={<a href={site.paths.login}>{t.signInLink}</a>}
          ask={<a href={site.paths.passwordReset}>{t.askLink}</a>}
        />
      </p>
    </Layout>
  )
}
