import { ConfirmPage } from '../../../../ui/forms/confirm-page.tsx'
import { Field, type Problem } from '../../../../ui/forms/fields.tsx'
import type { Site } from '../../../../ui/site.ts'
import { Fill } from '../../../../ui/words/fill.tsx'
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
  const { paths, texts } = site
  const { deleteUser: t } = texts.admin
  const { delete: own } = texts.account
  return (
    <ConfirmPage
      site={site}
      title={t.title}
      action={paths.deleteUser(user.id)}
      back={paths.adminUser(user.id)}
      submit={own.submit}
      attempt={attempt}
      problem={problem}
      problems={problems}
      fields={
        <Field
          label={t.username}
          name="username"
          value=""
          hint={t.hint}
          autocomplete="off"
          required
          problems={problems}
        />
      }
    >
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
    </ConfirmPage>
  )
}
