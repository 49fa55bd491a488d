import type { Child } from 'hono/jsx'
import { AttemptToken, FormToken, Layout } from '../layout.tsx'
import { Refused } from '../outcome.tsx'
import type { Site } from '../site.ts'
import { fillText } from '../words/fill.tsx'
import { type Problem, ProblemSummary } from './fields.tsx'

export interface ConfirmPageProps {
  readonly site: Site
  readonly title: string
  readonly action: string
  readonly back: string
  readonly submit: string
  readonly attempt: string
  readonly problem?: string | undefined
  /** Problems of the fields. */
  readonly problems?: readonly Problem[]
  /** Hidden fields. */
  readonly hidden?: Readonly<Record<string, string>>
  /** A reversible act needs no warning colour. */
  readonly mild?: boolean
  /** A field to be filled in by a person who is sure. */
  readonly fields?: Child
  /** The consequences. */
  readonly children?: Child
}

/** Asks before ending something that others rely on. */
export function ConfirmPage({
  site,
  title,
  action,
  back,
  submit,
  attempt,
  problem,
  problems = [],
  hidden = {},
  mild = false,
  fields,
  children,
}: ConfirmPageProps) {
  const { common, error } = site.messages
  const question = fillText(common.question, { title })
  const isWrong = problem !== undefined || problems.length > 0
  return (
    <Layout site={site} title={isWrong ? `${error}: ${title}` : question} width="narrow">
      <h1>{question}</h1>
      <Refused problem={problem} />
      <ProblemSummary problems={problems} />
      {children}
      <form method="post" action={action} novalidate>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        {Object.entries(hidden).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        {fields}
        <div class="choices">
          <button type="submit" class={mild ? undefined : 'danger'}>
            {submit}
          </button>
          <a class="button secondary" href={back}>
            {common.cancel}
          </a>
        </div>
      </form>
    </Layout>
  )
}
