import type { Child } from 'hono/jsx'
import { AttemptToken, FormToken, Layout } from '../layout.tsx'
import type { Site } from '../site.ts'
import { fillText } from '../words/fill.tsx'

export interface ConfirmPageProps {
  readonly site: Site
  readonly title: string
  readonly action: string
  readonly back: string
  readonly submit: string
  readonly attempt: string
  readonly problem?: string | undefined
  /** Hidden fields. */
  readonly hidden?: Readonly<Record<string, string>>
  /** A reversible act needs no warning colour. */
  readonly mild?: boolean
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
  hidden = {},
  mild = false,
  children,
}: ConfirmPageProps) {
  const { common, error } = site.messages
  const question = fillText(common.question, { title })
  return (
    <Layout site={site} title={problem === undefined ? question : `${error}: ${title}`} width="narrow">
      <h1>{question}</h1>
      {problem !== undefined && (
        <div class="problems" role="alert">
          <p>{problem}</p>
        </div>
      )}
      {children}
      <form method="post" action={action} class="choices">
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        {Object.entries(hidden).map(([name, value]) => (
          <input type="hidden" name={name} value={value} />
        ))}
        <button type="submit" class={mild ? undefined : 'danger'}>
          {submit}
        </button>
        <a class="button secondary" href={back}>
          {common.cancel}
        </a>
      </form>
    </Layout>
  )
}
