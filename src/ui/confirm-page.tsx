import type { Child } from 'hono/jsx'
import { AttemptToken, FormToken, Layout } from './layout.tsx'
import type { Site } from './site.ts'

export interface ConfirmPageProps {
  readonly site: Site
  readonly title: string
  readonly action: string
  readonly back: string
  readonly submit: string
  readonly attempt: string
  readonly problem?: string | undefined
  /** What will happen. */
  readonly children?: Child
}

/** Asks before something that can't be undone. */
export function ConfirmPage({
  site,
  title,
  action,
  back,
  submit,
  attempt,
  problem,
  children,
}: ConfirmPageProps) {
  return (
    <Layout site={site} title={problem === undefined ? `${title}?` : `Error: ${title}`} width="narrow">
      <h1>{title}?</h1>
      {problem !== undefined && (
        <div class="problems" role="alert">
          <p>{problem}</p>
        </div>
      )}
      {children}
      <form method="post" action={action} class="choices">
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <button type="submit" class="danger">
          {submit}
        </button>
        <a class="button secondary" href={back}>
          Cancel
        </a>
      </form>
    </Layout>
  )
}
