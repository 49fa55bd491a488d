import type { TypedScope } from '../../../../protocol/scope-form.ts'
import { Fact, Facts } from '../../../../ui/facts.tsx'
import { Field, type Problem, ProblemSummary, RadioField } from '../../../../ui/fields.tsx'
import { AttemptToken, FormToken, Layout, Trail } from '../../../../ui/layout.tsx'
import type { Site } from '../../../../ui/site.ts'

export interface ScopePageProps {
  readonly site: Site
  /** Undefined for a new one. */
  readonly scopeKey: string | undefined
  readonly mayDelete: boolean
  readonly scope: TypedScope
  readonly attempt: string
  readonly problems: readonly Problem[]
}

const allowers = [
  { value: 'no', label: 'Every developer', hint: 'For their own applications.' },
  { value: 'yes', label: 'Administrators only', hint: 'Developers can’t give it to their applications.' },
]

export function ScopePage({ site, scopeKey, mayDelete, scope, attempt, problems }: ScopePageProps) {
  const { paths } = site
  const title = scopeKey === undefined ? 'Add a scope' : 'Change the scope'
  return (
    <Layout site={site} title={problems.length === 0 ? title : `Error: ${title}`}>
      <Trail href={paths.adminScopes}>Scopes</Trail>
      <div class="heading">
        <h1>{title}</h1>
        {scopeKey !== undefined && mayDelete && (
          <a class="button secondary" href={paths.deleteScope(scopeKey)}>
            Delete
          </a>
        )}
      </div>
      <ProblemSummary problems={problems} />
      <form
        class="long"
        method="post"
        action={scopeKey === undefined ? paths.newScope : paths.adminScope(scopeKey)}
        novalidate
      >
        <FormToken site={site} />
        <AttemptToken attempt={attempt} />
        {scopeKey === undefined ? (
          <Field
            label="Scope"
            name="name"
            value={scope.name}
            required
            hint="Like files:read. It can’t be changed later."
            problems={problems}
          />
        ) : (
          <Facts>
            <Fact name="Scope">
              <code>{scope.name}</code>
            </Fact>
          </Facts>
        )}
        <Field
          label="Description"
          name="description"
          value={scope.description}
          required
          hint="What it lets an application do. People read it when they are asked for consent."
          problems={problems}
        />
        <RadioField
          label="Who may allow it to an application"
          name="restricted"
          value={scope.restricted ? 'yes' : 'no'}
          choices={allowers}
        />
        <div class="actions">
          <button type="submit">Save</button>
          <a class="button secondary" href={paths.adminScopes}>
            Cancel
          </a>
        </div>
      </form>
    </Layout>
  )
}
