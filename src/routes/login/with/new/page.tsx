import { Field, type Problem } from '../../../../ui/forms/fields.tsx'
import { FormPage } from '../../../../ui/forms/form-page.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill, fillText } from '../../../../ui/words/fill.tsx'
import { Isolated, Name } from '../../../../ui/words/name.tsx'

export interface NewAtPageProps {
  readonly site: Site
  readonly connection: { readonly id: string; readonly name: string }
  /** The account there, as people recognise it. */
  readonly label: string
  readonly arrival: string
  readonly username: string
  readonly email: string
  /** The address counts as confirmed, and is not changed here. */
  readonly isConfirmed: boolean
  readonly canMail: boolean
  readonly problems: readonly Problem[]
}

/** The last step of a sign-up by a provider: what came back, and the name here. */
export function NewAtPage(props: NewAtPageProps) {
  const { site, connection, label, arrival, username, email, isConfirmed, canMail, problems } = props
  const { login, signUp: t, provider } = site.messages
  return (
    <FormPage
      site={site}
      title={login.signUp}
      action={site.paths.loginWithNew(connection.id)}
      submit={t.submit}
      width="narrow"
      problems={problems}
      hidden={{ arrival, ...(isConfirmed ? { email } : {}) }}
      below={
        <p>
          <Fill
            text={provider.newText}
            provider={<Name>{connection.name}</Name>}
            account={<Isolated>{label}</Isolated>}
          />
        </p>
      }
      after={
        <p>
          {t.have} <a href={site.paths.login}>{fillText(login.title, {})}</a>
        </p>
      }
    >
      <Field
        label={login.username}
        name="username"
        value={username}
        autocomplete="username"
        hint={t.usernameHint}
        required
        autofocus
        problems={problems}
      />
      {isConfirmed ? (
        <p>
          {t.email}: <Isolated>{email}</Isolated>
        </p>
      ) : (
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
      )}
    </FormPage>
  )
}
