import { Field, type Problem, ProblemSummary } from '../../ui/forms/fields.tsx'
import { Icon } from '../../ui/icons.tsx'
import { AttemptToken, FormToken, Layout } from '../../ui/layout.tsx'
import type { Site } from '../../ui/site.ts'

export interface SignUpPageProps {
  readonly site: Site
  readonly next: string
  readonly invitation: string
  readonly username: string
  readonly email: string
  readonly attempt: string
  /** For the script, which passes them to the browser. */
  readonly passkey: { readonly userId: string; readonly options: unknown }
  /** Whether a link confirms the address. */
  readonly canMail: boolean
  readonly problems: readonly Problem[]
}

export function SignUpPage(props: SignUpPageProps) {
  const { site, next, invitation, username, email, attempt, passkey, canMail, problems } = props
  const { error, login, signUp: t } = site.messages
  const title = login.signUp
  return (
    <Layout
      site={site}
      title={problems.length === 0 ? title : `${error}: ${title}`}
      width="narrow"
      scripts={['/passkeys/sign-up.js']}
    >
      <h1>{title}</h1>
      <ProblemSummary problems={problems} />
      <form
        method="post"
        action={site.paths.signUp}
        id="sign-up"
        data-options={JSON.stringify(passkey.options)}
        data-incomplete={t.incomplete}
        data-none={t.none}
        novalidate
      >
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <input type="hidden" name="next" value={next} />
        <input type="hidden" name="invitation" value={invitation} />
        <input type="hidden" name="passkey_user" value={passkey.userId} />
        <input type="hidden" name="credential" />
        <Field
          label={login.username}
          name="username"
          value={username}
          autocomplete="username"
          hint={t.usernameHint}
          required
          autofocus={username === ''}
          problems={problems}
        />
        <Field
          label={t.email}
          name="email"
          type="email"
          value={email}
          autocomplete="email"
          hint={canMail ? t.mailHint : t.reachHint}
          required
          problems={problems}
        />
        <Field
          label={login.password}
          name="password"
          type="password"
          autocomplete="new-password"
          hint={t.passwordHint}
          required
          problems={problems}
        />
        <button type="submit">{t.submit}</button>
        {/* Shown by the script, if the browser supports passkeys. */}
        <p>
          <button type="button" class="secondary" id="passkey" hidden>
            <Icon name="key" />
            {t.passkey}
          </button>
        </p>
      </form>
      <p>
        {t.have}{' '}
        <a href={next === '' ? site.paths.login : `${site.paths.login}?${new URLSearchParams({ next })}`}>
          {login.title}
        </a>
      </p>
    </Layout>
  )
}
