import { Field, type Problem } from '../../ui/forms/fields.tsx'
import { FormPage } from '../../ui/forms/form-page.tsx'
import { type ConnectionButton, ProviderButtons } from '../../ui/forms/provider-buttons.tsx'
import { Icon } from '../../ui/icons.tsx'
import type { Site } from '../../ui/site.ts'

export interface SignUpPageProps {
  readonly site: Site
  readonly next: string
  readonly invitation: string
  readonly username: string
  readonly email: string
  readonly attempt: string
  /** The providers that people can sign in with. */
  readonly connections: readonly ConnectionButton[]
  /** For the script, which passes them to the browser. */
  readonly passkey: { readonly userId: string; readonly options: unknown }
  /** Whether a link confirms the address. */
  readonly canMail: boolean
  readonly problems: readonly Problem[]
}

export function SignUpPage(props: SignUpPageProps) {
  const { site, next, invitation, username, email, attempt, connections, passkey, canMail, problems } = props
  const { login, signUp: t } = site.messages
  return (
    <FormPage
      site={site}
      title={login.signUp}
      action={site.paths.signUp}
      attempt={attempt}
      submit={t.submit}
      width="narrow"
      scripts={['/passkeys/sign-up.js']}
      problems={problems}
      form={{
        id: 'sign-up',
        'data-options': JSON.stringify(passkey.options),
        'data-incomplete': t.incomplete,
        'data-none': t.none,
      }}
      hidden={{ next, invitation, passkey_user: passkey.userId, credential: '' }}
      // The script shows the button if the browser supports passkeys.
      buttons={
        <p>
          <button type="button" class="secondary" id="passkey" hidden>
            <Icon name="key" />
            {t.passkey}
          </button>
        </p>
      }
      after={
        <>
          <ProviderButtons
            site={site}
            connections={connections}
            next={invitation === '' ? next : site.here}
          />
          <p>
            {t.have}{' '}
            <a href={next === '' ? site.paths.login : `${site.paths.login}?${new URLSearchParams({ next })}`}>
              {login.title}
            </a>
          </p>
        </>
      }
    >
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
    </FormPage>
  )
}
