import { Field, type Problem, ProblemSummary } from '../../../ui/forms/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../ui/layout.tsx'
import { Refused } from '../../../ui/outcome.tsx'
import type { Site } from '../../../ui/site.ts'
import { Fill, fillText } from '../../../ui/words/fill.tsx'
import { Name } from '../../../ui/words/name.tsx'
import { countText } from '../../../ui/words/plural.ts'

export interface DeleteAccountPageProps {
  readonly site: Site<'account'>
  /** Names of applications that are deleted too. */
  readonly owned: readonly string[]
  /** There are more than are shown. */
  readonly more: boolean
  readonly isLastAdministrator: boolean
  readonly hasPassword: boolean
  readonly minutes: number
  readonly attempt: string
  readonly problems: readonly Problem[]
  readonly problem?: string | undefined
}

export function DeleteAccountPage(props: DeleteAccountPageProps) {
  const { site, isLastAdministrator, problems, problem } = props
  const t = site.texts.account.delete
  const isWrong = problems.length > 0 || problem !== undefined
  return (
    <Layout site={site} title={isWrong ? `${site.messages.error}: ${t.title}` : t.title} width="narrow">
      <Trail href={site.paths.account}>{site.messages.layout.account}</Trail>
      <h1>{fillText(site.messages.common.question, { title: t.title })}</h1>
      <Refused problem={problem} />
      <ProblemSummary problems={problems} />
      {isLastAdministrator ? <p>{t.last}</p> : <Ask {...props} />}
    </Layout>
  )
}

function Ask({ site, owned, more, minutes, hasPassword, attempt, problems }: DeleteAccountPageProps) {
  const { paths, viewer, messages } = site
  const t = site.texts.account.delete
  return (
    <>
      <p>
        <Fill text={t.text} user={<Name>{viewer?.username}</Name>} />
      </p>
      <ul>
        <li>{t.signedOut}</li>
        <li>{t.deleted}</li>
        <li>{countText(site.language, t.api, minutes)}</li>
        <li>{t.stored}</li>
        <li>{t.log}</li>
      </ul>
      <Owned site={site} names={owned} more={more} />
      <p>
        <Fill text={t.first} link={<a href={paths.accountExport}>{t.link}</a>} />
      </p>
      <form method="post" action={paths.deleteAccount} novalidate>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        {hasPassword && (
          <Field
            label={messages.login.password}
            name="password"
            type="password"
            autocomplete="current-password"
            required
            problems={problems}
          />
        )}
        <div class="choices">
          <button type="submit" class="danger">
            {t.submit}
          </button>
          <a class="button secondary" href={paths.account}>
            {messages.common.cancel}
          </a>
        </div>
      </form>
    </>
  )
}

interface OwnedProps {
  readonly site: Site<'account'>
  readonly names: readonly string[]
  readonly more: boolean
}

function Owned({ site, names, more }: OwnedProps) {
  const t = site.texts.account.delete
  if (names.length === 0) return null
  return (
    <>
      <h2>{t.ownedTitle}</h2>
      <p>{t.ownedText}</p>
      <ul>
        {names.map((name) => (
          <li>
            <bdi>{name}</bdi>
          </li>
        ))}
        {more && <li>{t.more}</li>}
      </ul>
    </>
  )
}
