import type { Scope } from '../../../../rules/requests/scope.ts'
import type { ApiCaller } from '../../../../store/requests/api-callers.ts'
import { RowName } from '../../../../ui/list.tsx'
import { Monogram } from '../../../../ui/monogram.tsx'
import type { Site } from '../../../../ui/site.ts'
import { fillText } from '../../../../ui/words/fill.tsx'

/** Limit of each of the two lists. */
export const mostCallers = 20

export interface CallersProps {
  readonly site: Site<'admin'>
  /** Applications that may request a scope of the API; one more than are shown if there are more. */
  readonly allowed: readonly ApiCaller[]
  /** The same for those that may request none. */
  readonly others: readonly ApiCaller[]
  /** Scopes that the form of another application begins with. */
  readonly offered: Scope
}

/** Each application leads to the form of its scopes: nothing changes before that is saved. */
export function Callers({ site, allowed, others, offered }: CallersProps) {
  const t = site.texts.admin.api
  const ticked = `?${new URLSearchParams({ scope: offered.join(' ') })}`
  return (
    <section>
      <h2>{t.callers}</h2>
      <p>{allowed.length === 0 ? t.callersNone : t.callersText}</p>
      <Rows site={site} callers={allowed} query="" />
      {others.length > 0 && (
        <details>
          <summary>{t.callersAdd}</summary>
          <p>{t.callersAddText}</p>
          <Rows site={site} callers={others} query={ticked} />
        </details>
      )}
    </section>
  )
}

interface RowsProps {
  readonly site: Site<'admin'>
  readonly callers: readonly ApiCaller[]
  readonly query: string
}

function Rows({ site, callers, query }: RowsProps) {
  const { paths, texts } = site
  return (
    <>
      {callers.length > 0 && (
        <ul class="rows">
          {callers.slice(0, mostCallers).map(({ id, name, scope }) => (
            <li>
              <Monogram name={name} />
              <div>
                <RowName href={paths.applicationPolicy(id) + query}>{name}</RowName>
                {scope.length > 0 && (
                  <p class="hint">
                    <code>{scope.join(' ')}</code>
                  </p>
                )}
              </div>
            </li>
          ))}
        </ul>
      )}
      {callers.length > mostCallers && (
        <p>
          {fillText(texts.admin.api.callersMore, { number: String(mostCallers) })}{' '}
          <a href={paths.adminApplications}>{texts.admin.home.applications}</a>
        </p>
      )}
    </>
  )
}
