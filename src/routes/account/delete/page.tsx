import { ConfirmPage } from '../../../ui/forms/confirm-page.tsx'
import { Field, type Problem } from '../../../ui/forms/fields.tsx'
import { Layout, Trail } from '../../../ui/layout.tsx'
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
  const { site, owned, more, isLastAdministrator, minutes, hasPassword, attempt, problems, problem } = props
  const { paths, viewer, messages } = site
  const t = site.texts.account.delete
  if (isLastAdministrator) return <LastPage site={site} problem={problem} />
  return (
    <ConfirmPage
      site={site}
      title={t.title}
      action={paths.deleteAccount}
      back={paths.account}
      submit={t.submit}
      attempt={attempt}
      problem={problem}
      problems={problems}
      fields={
        hasPassword && (
          <Field
            label={messages.login.password}
            name="password"
            type="password"
            autocomplete="current-password"
            required
            problems={problems}
          />
        )
      }
    >
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
    </ConfirmPage>
  )
}

/** The last administrator can't be deleted: the page says how to hand over first. */
function LastPage({ site, problem }: Pick<DeleteAccountPageProps, 'site' | 'problem'>) {
  const t = site.texts.account.delete
  const title = problem === undefined ? t.title : `${site.messages.error}: ${t.title}`
  return (
    <Layout site={site} title={title} width="narrow">
      <Trail href={site.paths.account}>{site.messages.layout.account}</Trail>
      <h1>{fillText(site.messages.common.question, { title: t.title })}</h1>
      <Refused problem={problem} />
      <p>{t.last}</p>
    </Layout>
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
