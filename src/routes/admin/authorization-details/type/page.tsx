import { Fact, Facts } from '../../../../ui/facts.tsx'
import { Field, type Problem } from '../../../../ui/forms/fields.tsx'
import { FormPage } from '../../../../ui/forms/form-page.tsx'
import type { Site } from '../../../../ui/site.ts'

/** As it was typed. */
export interface TypedDetailType {
  readonly type: string
  readonly title: string
  readonly schema: string
}

export interface DetailTypePageProps {
  readonly site: Site<'admin'>
  /** Undefined for a new one. */
  readonly typeKey: string | undefined
  readonly typed: TypedDetailType
  readonly attempt: string
  readonly problems: readonly Problem[]
  /** Above the form. */
  readonly notice: string | false
}

export function DetailTypePage({ site, typeKey, typed, attempt, problems, notice }: DetailTypePageProps) {
  const { paths, texts, messages } = site
  const { details: t, shared } = texts.admin
  return (
    <FormPage
      site={site}
      title={typeKey === undefined ? t.add : t.change}
      back={{ href: paths.adminDetailTypes, name: messages.places.details }}
      action={typeKey === undefined ? paths.newDetailType : paths.adminDetailType(typeKey)}
      attempt={attempt}
      problems={problems}
      above={notice && <p class="notice">{notice}</p>}
      actions={
        typeKey !== undefined && (
          <a class="button secondary" href={paths.deleteDetailType(typeKey)}>
            {shared.delete}
          </a>
        )
      }
    >
      {typeKey === undefined ? (
        <Field label={t.type} name="type" value={typed.type} required hint={t.typeHint} problems={problems} />
      ) : (
        <Facts>
          <Fact name={t.type}>
            <code>{typed.type}</code>
          </Fact>
        </Facts>
      )}
      <Field
        label={t.title}
        name="title"
        value={typed.title}
        required
        hint={t.titleHint}
        problems={problems}
      />
      <Field
        label={t.schema}
        name="schema"
        value={typed.schema}
        rows={12}
        required
        hint={t.schemaHint}
        problems={problems}
      />
    </FormPage>
  )
}
