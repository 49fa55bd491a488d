import type { Child } from 'hono/jsx'
import { Time } from './facts.tsx'
import { Icon } from './icons.tsx'
import { Fill } from './words/fill.tsx'
import { Isolated } from './words/name.tsx'
import { pluralForm } from './words/plural.ts'
import { useSpeech } from './words/speech.ts'

/** The shown part of a list. It is in the URL, so that it can be linked, reloaded and returned to. */
export interface ListPlace {
  readonly path: string
  /** The beginning of names, or another search of the list. */
  readonly search: string
  /** The start of this page; empty on the first. */
  readonly after: string
  /** The starts of the earlier pages, the latest last, as far as known. That of the first page is empty. */
  readonly before: readonly string[]
  /** The start of the next page, if there is one. */
  readonly next: string | undefined
  /** Further filters of the list. */
  readonly filters?: Readonly<Record<string, string | undefined>>
  /** The chosen filter; empty for everything. */
  readonly show?: string
}

/** A filter of a list, by name. */
export interface Narrowing {
  readonly label: string
  readonly all: string
  readonly choices: readonly { readonly value: string; readonly label: string }[]
}

interface SearchFormProps {
  readonly place: ListPlace
  readonly label: string
  readonly narrowing?: Narrowing
  /** For a page with no other purpose. */
  readonly autofocus?: boolean
}

export function SearchForm({ place, label, narrowing, autofocus = false }: SearchFormProps) {
  const { common } = useSpeech()
  return (
    <search>
      <form class="find" method="get" action={place.path}>
        <label for="name">{label}</label>
        <div class="with-button">
          <input
            id="name"
            name="name"
            type="search"
            value={place.search}
            autofocus={autofocus}
            autocomplete="off"
            autocapitalize="off"
            maxlength={100}
          />
          {Object.entries(place.filters ?? {}).map(
            ([name, value]) => value && <input type="hidden" name={name} value={value} />,
          )}
          {narrowing !== undefined && (
            <select name="show" aria-label={narrowing.label}>
              <option value="">{narrowing.all}</option>
              {narrowing.choices.map(({ value, label }) => (
                <option value={value} selected={value === place.show}>
                  {label}
                </option>
              ))}
            </select>
          )}
          <button type="submit" class="secondary">
            <Icon name="search" />
            {common.search}
          </button>
        </div>
      </form>
    </search>
  )
}

/** The subject of a row. The whole row opens it, for people who may. */
export function RowName({ href, children }: { readonly href: string | false; readonly children?: Child }) {
  const name = <Isolated>{children}</Isolated>
  return href === false ? (
    <strong>{name}</strong>
  ) : (
    <a class="cover" href={href}>
      {name}
    </a>
  )
}

/** The rows, or a text for an empty list; then the link to the next page. */
export function List({
  place,
  count,
  none,
  empty,
  foot,
  children,
}: {
  readonly place: ListPlace
  readonly count: number
  /** The text when nothing is found by `{name}`, for a search that is not by the beginning of names. */
  readonly none?: string
  /** The text of a list without entries: the way to get some. */
  readonly empty?: string
  /** Below the rows. */
  readonly foot?: Child
  readonly children?: Child
}) {
  const { common } = useSpeech()
  return (
    <>
      {count > 0 && <ul class="rows">{children}</ul>}
      {count > 0 && foot}
      {count === 0 && place.search !== '' && (
        <p class="empty">
          <Fill text={none ?? common.noneStarts} name={<bdi>{place.search}</bdi>} />{' '}
          <a href={place.path}>{common.showAll}</a>
        </p>
      )}
      {count === 0 && place.search === '' && (place.show ?? '') !== '' && (
        <p class="empty">
          {common.nothingFound} <a href={place.path}>{common.showAll}</a>
        </p>
      )}
      {count === 0 && place.search === '' && (place.show ?? '') === '' && (
        <p class="empty">{empty ?? common.nothingYet}</p>
      )}
      <Pages place={place} />
    </>
  )
}

function Pages({ place }: { readonly place: ListPlace }) {
  const { common } = useSpeech()
  const previous = place.before.at(-1)
  if (place.after === '' && place.next === undefined) return null
  return (
    <nav class="pages" aria-label={common.pages}>
      {place.after !== '' && <a href={hrefOf(place, '', [])}>{common.firstPage}</a>}
      {previous !== undefined && (
        <a href={hrefOf(place, previous, place.before.slice(0, -1))} rel="prev">
          {common.previous}
        </a>
      )}
      {place.next !== undefined && (
        <a href={hrefOf(place, place.next, [...place.before, place.after])} rel="next">
          {common.next}
        </a>
      )}
    </nav>
  )
}

function hrefOf(
  { path, search, filters = {}, show = '' }: ListPlace,
  after: string,
  before: readonly string[],
): string {
  const query = new URLSearchParams()
  if (search !== '') query.set('name', search)
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value)
  if (show !== '') query.set('show', show)
  if (after !== '') query.set('after', after)
  for (const start of after === '' ? [] : before) query.append('before', start)
  return query.size === 0 ? path : `${path}?${query}`
}

/** The other events of a run: their number and times, and a way to open each. */
export function Repeated({
  times,
  children,
}: {
  readonly times: readonly number[]
  readonly children?: Child
}) {
  const { common, language } = useSpeech()
  const [last = 0] = times
  if (times.length < 2) return null
  return (
    <details>
      <summary>
        <Fill
          text={pluralForm(language, common.repeated, times.length)}
          count={String(times.length)}
          from={<Time at={times.at(-1) ?? last} exact />}
          to={<Time at={last} exact />}
        />
      </summary>
      <ul class="lines">{children}</ul>
    </details>
  )
}
