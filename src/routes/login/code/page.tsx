import { Field } from '../../../ui/fields.tsx'
import { FormToken, Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'

export interface CodePageProps {
  readonly site: Site
  readonly username: string
  readonly next: string
  /** Which of the two is asked for. Either is taken. */
  readonly kind: 'app' | 'recovery'
  /** The same page, asking for the other one. */
  readonly other: string
  readonly back: string
  readonly problem?: string | undefined
}

const words = {
  app: {
    title: 'Enter your code',
    label: 'Code',
    hint: 'Six digits from your authenticator app.',
    other: 'Use a recovery code instead',
  },
  recovery: {
    title: 'Use a recovery code',
    label: 'Recovery code',
    hint: 'One of the ten that you were given. It works once.',
    other: 'Use the authenticator app instead',
  },
} as const

export function CodePage({ site, username, next, kind, other, back, problem }: CodePageProps) {
  const { title, label, hint, other: otherName } = words[kind]
  const problems = problem === undefined ? [] : [{ field: 'code', text: problem }]
  return (
    <Layout site={site} title={problem === undefined ? title : `Error: ${title}`} width="narrow">
      <h1>{title}</h1>
      <p>
        The password was right. To sign in as <bdi class="who">{username}</bdi>, show that you have your
        second factor, too.
      </p>
      <form method="post" action={site.paths.loginCode}>
        <FormToken site={site} />
        <input type="hidden" name="next" value={next} />
        <input type="hidden" name="kind" value={kind} />
        <Field
          label={label}
          name="code"
          hint={hint}
          autocomplete={kind === 'app' ? 'one-time-code' : 'off'}
          {...(kind === 'app' && { inputmode: 'numeric' as const })}
          required
          autofocus
          problems={problems}
        />
        <button type="submit">Sign in</button>
      </form>
      <p>
        <a href={other}>{otherName}</a>
      </p>
      <p class="hint">
        Not you? <a href={back}>Sign in as somebody else</a>
      </p>
    </Layout>
  )
}
