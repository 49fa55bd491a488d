import { Field, type Problem, ProblemSummary } from '../../../../ui/forms/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import { Refused } from '../../../../ui/outcome.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill, fillText } from '../../../../ui/words/fill.tsx'
import { Name } from '../../../../ui/words/name.tsx'
import { countText } from '../../../../ui/words/plural.ts'

export interface DeleteUserPageProps {
  readonly site: Site<'account' | 'admin'>
  readonly user: { readonly id: string; readonly username: string; readonly email: string | undefined }
  /** Names of applications that are deleted too. */
  readonly owned: readonly string[]
  /** There are more than are shown. */
  readonly more: boolean
  readonly minutes: number
  readonly attempt: string
  readonly problem?: string | undefined
  readonly problems: readonly Problem[]
}

/** Lists everything that is deleted with a person. */
export function DeleteUserPage(props: DeleteUserPageProps) {
  const { site, user, owned, more, minutes, attempt, problem, problems } = props
  const { paths, messages, texts } = site
  const { deleteUser: t } = texts.admin
  const { delete: own } = texts.account
  const isWrong = problem !== undefined || problems.length > 0
  return (
    <Layout site={site} title={isWrong ? `${messages.error}: ${t.title}` : t.title} width="narrow">
      <Trail href={paths.adminUser(user.id)}>
        <bdi>{user.username}</bdi>
      </Trail>
      <h1>{fillText(messages.common.question, { title: t.title })}</h1>
      <Refused problem={problem} />
      <ProblemSummary problems={problems} />
      <p>
        <Fill text={t.text} user={<Name>{user.username}</Name>} />
      </p>
      <ul>
        <li>{t.deleted}</li>
        <li>{countText(site.language, own.api, minutes)}</li>
        <li>{own.log}</li>
        <li>{user.email === undefined ? t.notTold : t.told}</li>
      </ul>
      {owned.length > 0 && (
        <>
          <h2>{t.owned}</h2>
          <p>{t.ownedText}</p>
          <ul>
            {owned.map((name) => (
              <li>
                <bdi>{name}</bdi>
              </li>
            ))}
            {more && <li>{own.more}</li>}
          </ul>
        </>
      )}
      <p>{t.instead}</p>
      <form method="post" action={paths.deleteUser(user.id)} novalidate>
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        <Field
          label={t.username}
          name="username"
          value=""
          hint={t.hint}
          autocomplete="off"
          required
          problems={problems}
        />
        <div class="choices">
          <button type="submit" class="danger">
            {own.submit}
          </button>
          <a class="button secondary" href={paths.adminUser(user.id)}>
            {messages.common.cancel}
          </a>
        </div>
      </form>
    </Layout>
  )
}
