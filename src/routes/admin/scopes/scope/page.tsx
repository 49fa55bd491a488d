import type { TypedScope } from '../../../../rules/requests/scope-form.ts'
import { Field, type Problem, RadioField } from '../../../../ui/forms/fields.tsx'
import { FormPage } from '../../../../ui/forms/form-page.tsx'
import { KeyField } from '../../../../ui/forms/key-field.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface ScopePageProps {
  readonly site: Site<'admin'>
  /** Undefined for a new one. */
  readonly scopeKey: string | undefined
  readonly mayDelete: boolean
  readonly scope: TypedScope
  readonly attempt: string
  readonly problems: readonly Problem[]
  /** Above the form. */
  readonly notice: string | false
}

export function ScopePage({ site, scopeKey, mayDelete, scope, attempt, problems, notice }: ScopePageProps) {
  const { paths, texts } = site
  const t = texts.admin.scope
  const title = scopeKey === undefined ? texts.admin.scopes.add : t.change
  const allowers = [
    { value: 'no', label: t.everyone, hint: t.everyoneHint },
    { value: 'yes', label: t.administrators, hint: t.administratorsHint },
  ]
  return (
    <FormPage
      site={site}
      title={title}
      back={{ href: paths.adminScopes, name: texts.admin.home.scopes }}
      action={scopeKey === undefined ? paths.newScope : paths.adminScope(scopeKey)}
      attempt={attempt}
      problems={problems}
      above={notice && <p class="notice">{notice}</p>}
      actions={
        scopeKey !== undefined &&
        mayDelete && (
          <a class="button secondary" href={paths.deleteScope(scopeKey)}>
            {texts.admin.shared.delete}
          </a>
        )
      }
    >
      <KeyField
        isNew={scopeKey === undefined}
        label={t.scope}
        name="name"
        value={scope.name}
        hint={t.scopeHint}
        problems={problems}
      />
      <Field
        label={t.description}
        name="description"
        value={scope.description}
        required
        hint={t.descriptionHint}
        problems={problems}
      />
      <RadioField
        label={t.who}
        name="restricted"
        value={scope.restricted ? 'yes' : 'no'}
        choices={allowers}
      />
    </FormPage>
  )
}
