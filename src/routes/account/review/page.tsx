import type { ReviewedWay } from '../../../store/sign-in/reviews.ts'
import { Time } from '../../../ui/facts.tsx'
import { AttemptToken, FormToken, Layout } from '../../../ui/layout.tsx'
import { Refused } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill } from '../../../ui/words/fill.tsx'

export interface ReviewPageProps {
  readonly site: Site<'account'>
  readonly ways: readonly ReviewedWay[]
  /** The destination after this page. */
  readonly next: string
  readonly attempt: string
  readonly problem?: string | undefined
}

/** After a password reset: which of the other ways into the account belong to its owner. */
export function ReviewPage({ site, ways, next, attempt, problem }: ReviewPageProps) {
  const { messages, paths } = site
  const t = site.texts.account.review
  return (
    <Layout
      site={site}
      title={problem === undefined ? t.title : `${messages.error}: ${t.title}`}
      width="narrow"
    >
      <h1>{t.title}</h1>
      <Refused problem={problem} />
      <p>{ways.length === 0 ? t.nothing : t.text}</p>
      <form method="post" action={paths.accountReview}>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <input type="hidden" name="next" value={next} />
        {ways.map((way) => (
          <Way site={site} way={way} />
        ))}
        <div class="actions">
          <button type="submit">{ways.length === 0 ? t.done : t.submit}</button>
          {ways.length > 0 && (
            <a class="button secondary" href={next}>
              {t.later}
            </a>
          )}
        </div>
      </form>
    </Layout>
  )
}

function Way({ site, way }: { readonly site: Site<'account'>; readonly way: ReviewedWay }) {
  const t = site.texts.account.review
  const { kind, id, name, createdAt, lastUsedAt, isDoubted } = way
  const field = `keep-${id}`
  return (
    <div class="field radio">
      <input type="hidden" name="shown" value={id} />
      <input type="checkbox" name="keep" value={id} id={field} aria-describedby={`${field}-hint`} />
      <label for={field}>
        <Fill text={t[kind]} name={<bdi>{name}</bdi>} />
      </label>
      <p class="hint" id={`${field}-hint`}>
        <Fill
          text={kind === 'client' ? t.allowed : lastUsedAt === undefined ? t.added : t.used}
          at={<Time at={createdAt} exact />}
          last={lastUsedAt !== undefined && <Time at={lastUsedAt} exact />}
        />
        {isDoubted && (
          <>
            <br />
            {t.doubted}
          </>
        )}
      </p>
    </div>
  )
}
