import { Field, type Problem, ProblemSummary } from '../../ui/fields.tsx'
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
  /** For the script, which hands them to the browser. */
  readonly passkey: { readonly userId: string; readonly options: unknown }
  /** Whether a link confirms the address. */
  readonly canMail: boolean
  readonly problems: readonly Problem[]
}

const title = 'Create an account'

export function SignUpPage(props: SignUpPageProps) {
  const { site, next, invitation, username, email, attempt, passkey, canMail, problems } = props
  return (
    <Layout
      site={site}
      title={problems.length === 0 ? title : `Error: ${title}`}
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
        novalidate
      >
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <input type="hidden" name="next" value={next} />
        <input type="hidden" name="invitation" value={invitation} />
        <input type="hidden" name="passkey_user" value={passkey.userId} />
        <input type="hidden" name="credential" />
        <Field
          label="Username"
          name="username"
          value={username}
          autocomplete="username"
          hint="Others can see it."
          required
          autofocus={username === ''}
          problems={problems}
        />
        <Field
          label="Email"
          name="email"
          type="email"
          value={email}
          autocomplete="email"
          hint={canMail ? 'We mail you a link to confirm it.' : 'In case somebody has to reach you.'}
          required
          problems={problems}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete="new-password"
          hint="At least 8 characters."
          required
          problems={problems}
        />
        <button type="submit">Create the account</button>
        {/* Shown by the script, where the browser has passkeys. */}
        <button type="button" class="secondary" id="passkey" hidden>
          <Icon name="key" />
          Create it with a passkey, without a password
        </button>
      </form>
      <p>
        You have one?{' '}
        <a href={next === '' ? site.paths.login : `${site.paths.login}?${new URLSearchParams({ next })}`}>
          Sign in
        </a>
      </p>
    </Layout>
  )
}
