import { Field, type Problem, ProblemSummary } from '../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import { Refused } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'

export interface DeleteAccountPageProps {
  readonly site: Site
  /** Names of applications that go too. */
  readonly owned: readonly string[]
  /** There are more of them than are shown. */
  readonly more: boolean
  readonly isLastAdministrator: boolean
  readonly minutes: number
  readonly attempt: string
  readonly problems: readonly Problem[]
  readonly problem?: string | undefined
}

const title = 'Delete your account'

export function DeleteAccountPage(props: DeleteAccountPageProps) {
  const { site, isLastAdministrator, problems, problem } = props
  const isWrong = problems.length > 0 || problem !== undefined
  return (
    <Layout site={site} title={isWrong ? `Error: ${title}` : title} width="narrow">
      <Trail href={site.paths.account}>Your account</Trail>
      <h1>{title}?</h1>
      <Refused problem={problem} />
      <ProblemSummary problems={problems} />
      {isLastAdministrator ? (
        <p>
          You are the only administrator, and somebody has to run this server. Make somebody else an
          administrator first.
        </p>
      ) : (
        <Ask {...props} />
      )}
    </Layout>
  )
}

function Ask({ site, owned, more, minutes, attempt, problems }: DeleteAccountPageProps) {
  const { paths, viewer } = site
  return (
    <>
      <p>
        <strong>
          <bdi>{viewer?.username}</bdi>
        </strong>{' '}
        and all that belongs to it will be gone. This can’t be undone.
      </p>
      <ul>
        <li>You are signed out everywhere, and can’t sign in again.</li>
        <li>Your profile, your sessions and what you allowed applications are deleted.</li>
        <li>
          Every application loses its access. An API that doesn’t ask this server may accept what one still
          holds for up to {minutes} minutes.
        </li>
        <li>What applications stored about you stays with them. Ask them to delete it.</li>
        <li>The security log keeps what happened, under a number that is nobody’s any more.</li>
      </ul>
      <Owned names={owned} more={more} />
      <p>
        You may want to <a href={paths.accountExport}>download your data</a> first.
      </p>
      <form method="post" action={paths.deleteAccount} novalidate>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete="current-password"
          required
          problems={problems}
        />
        <div class="choices">
          <button type="submit" class="danger">
            Delete
          </button>
          <a class="button secondary" href={paths.account}>
            Cancel
          </a>
        </div>
      </form>
    </>
  )
}

function Owned({ names, more }: { readonly names: readonly string[]; readonly more: boolean }) {
  if (names.length === 0) return null
  return (
    <>
      <h2>Your applications go too</h2>
      <p>Everybody who uses them is cut off. If others need them, give them another owner first.</p>
      <ul>
        {names.map((name) => (
          <li>
            <bdi>{name}</bdi>
          </li>
        ))}
        {more && <li>and more</li>}
      </ul>
    </>
  )
}

export function DeletedPage({ site }: { readonly site: Site }) {
  return (
    <Layout site={site} title="Your account is deleted" width="narrow">
      <h1>Your account is deleted</h1>
      <p>You are signed out, and nothing of it is left here.</p>
      <p>
        <a href={site.paths.home}>Go to the first page</a>
      </p>
    </Layout>
  )
}
