import type { Scope } from '../../../../rules/requests/scope.ts'
import type { ApiCaller } from '../../../../store/requests/api-callers.ts'
import { List, type ListPlace, RowName } from '../../../../ui/list.tsx'
import { Monogram } from '../../../../ui/monogram.tsx'
import type { Site } from '../../../../ui/site.ts'

/** One of the two lists, with its own pages. */
interface CallersPart {
  readonly place: ListPlace
  readonly items: readonly ApiCaller[]
}

export interface CallersProps {
  readonly site: Site<'admin'>
  /** Applications that may request a scope of the API. */
  readonly allowed: CallersPart
  /** The same for those that may request none. */
  readonly others: CallersPart
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
      <p>{isEmpty(allowed) ? t.callersNone : t.callersText}</p>
      <Rows site={site} part={allowed} query="" />
      {!isEmpty(others) && (
        <details open={others.place.after !== ''}>
          <summary>{t.callersAdd}</summary>
          <p>{t.callersAddText}</p>
          <Rows site={site} part={others} query={ticked} />
        </details>
      )}
    </section>
  )
}

/** Nothing on any page. */
function isEmpty({ place, items }: CallersPart): boolean {
  return items.length === 0 && place.after === '' && place.next === undefined
}

interface RowsProps {
  readonly site: Site<'admin'>
  readonly part: CallersPart
  readonly query: string
}

function Rows({ site, part, query }: RowsProps) {
  const { place, items } = part
  if (isEmpty(part)) return null
  return (
    <List place={place} count={items.length} empty={site.messages.common.nothingFound}>
      {items.map(({ id, name, scope }) => (
        <li>
          <Monogram name={name} />
          <div>
            <RowName href={site.paths.applicationPolicy(id) + query}>{name}</RowName>
            {scope.length > 0 && (
              <p class="hint">
                <code>{scope.join(' ')}</code>
              </p>
            )}
          </div>
        </li>
      ))}
    </List>
  )
}
