import { Icon } from '../icons.tsx'
import type { ListPlace } from '../list.tsx'
import { preparedAround } from '../words/prepared.ts'
import { useSpeech } from '../words/speech.ts'

/** A filter of a list, by name. */
export interface Narrowing {
  readonly label: string
  readonly all: string
  readonly choices: readonly { readonly value: string; readonly label: string }[]
}

interface SearchFormProps {
  readonly place: Pick<ListPlace, 'path' | 'search' | 'filters' | 'show' | 'sort'> &
    Partial<Pick<ListPlace, 'isSorted'>>
  readonly label: string
  readonly narrowing?: Narrowing
  /** For a page with no other purpose. */
  readonly autofocus?: boolean
}

export function SearchForm({ place, label, narrowing, autofocus = false }: SearchFormProps) {
  const { path, search, filters = {}, show, sort, isSorted = false } = place
  const { common } = useSpeech()
  const hidden = Object.entries(filters).map(
    ([name, value]) => value && <input type="hidden" name={name} value={value} />,
  )
  const key = ['find', path, label, narrowing, show, isSorted && sort, autofocus]
  return (
    <>
      {preparedAround(key, { search, hidden }, (to) => (
        <search>
          <form class="find" method="get" action={path}>
            <label for="name">{label}</label>
            <div class="with-button">
              <input
                id="name"
                name="name"
                type="search"
                value={to.search}
                autofocus={autofocus}
                autocomplete="off"
                autocapitalize="off"
                maxlength={100}
              />
              {to.hidden}
              {isSorted && <input type="hidden" name="sort" value={sort} />}
              {narrowing !== undefined && selectOf(narrowing, show)}
              <button type="submit" class="secondary">
                <Icon name="search" />
                {common.search}
              </button>
            </div>
          </form>
        </search>
      ))}
    </>
  )
}

function selectOf({ label, all, choices }: Narrowing, chosen: string | undefined) {
  return (
    <select name="show" aria-label={label}>
      <option value="">{all}</option>
      {choices.map(({ value, label }) => (
        <option value={value} selected={value === chosen}>
          {label}
        </option>
      ))}
    </select>
  )
}
