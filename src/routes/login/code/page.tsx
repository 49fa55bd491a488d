import { Field } from '../../../ui/forms/fields.tsx'
import { FormToken, Layout } from '../../../ui/layout.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'

export interface CodePageProps {
  readonly site: Site
  readonly username: string
  readonly next: string
  /** The code that the page asks for. Either kind is accepted. */
  readonly kind: 'app' | 'recovery'
  /** The same page, asking for the other kind. */
  readonly other: string
  readonly back: string
  readonly problem?: string | undefined
}

export function CodePage({ site, username, next, kind, other, back, problem }: CodePageProps) {
  const { code: messages, consent, login, error } = site.messages
  const [title, label, hint, otherName] =
    kind === 'app'
      ? [messages.appTitle, messages.appLabel, messages.appHint, messages.appOther]
      : [messages.recoveryTitle, messages.recoveryLabel, messages.recoveryHint, messages.recoveryOther]
  const problems = problem === undefined ? [] : [{ field: 'code', text: problem }]
  return (
    <Layout site={site} title={problem === undefined ? title : `${error}: ${title}`} width="narrow">
      <h1>{title}</h1>
      <p>
        <Fill text={messages.text} user={<bdi class="who">{username}</bdi>} />
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
        <button type="submit">{login.title}</button>
      </form>
      <p>
        <a href={other}>{otherName}</a>
      </p>
      <p>
        <a href={site.paths.loginRecovery}>{login.lost}</a>
      </p>
      <p class="hint">
        {consent.notYou} <a href={back}>{messages.somebodyElse}</a>
      </p>
    </Layout>
  )
}
