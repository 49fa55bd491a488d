import type { Child } from 'hono/jsx'
import { Icon } from './icons.tsx'
import { Fill } from './words/fill.tsx'
import { useSpeech } from './words/speech.ts'

/** Which part of a list is shown. It is in the URL, so that it can be linked, reloaded and gone back to. */
export interface ListPlace {
  readonly path: string
  /** What names start with, or what else the list looks for. */
  readonly search: string
  /** Where this page starts; empty on the first. */
  readonly after: string
  /** Where the next page starts, when there is one. */
  readonly next: string | undefined
  /** What else narrows the list down. */
  readonly filters?: Readonly<Record<string, string | undefined>>
}

export function SearchForm({ place, label }: { readonly place: ListPlace; readonly label: string }) {
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
            autocomplete="off"
            autocapitalize="off"
            maxlength={100}
          />
          {Object.entries(place.filters ?? {}).map(
            ([name, value]) => value && <input type="hidden" name={name} value={value} />,
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

/** What a row is about. The whole row opens it, for whoever may. */
export function RowName({ href, children }: { readonly href: string | false; readonly children?: Child }) {
  const name = <bdi>{children}</bdi>
  return href === false ? (
    <strong>{name}</strong>
  ) : (
    <a class="cover" href={href}>
      {name}
    </a>
  )
}

/** The rows, or what to say when there is none; then the way to the next page. */
export function List({
  place,
  count,
  none,
  children,
}: {
  readonly place: ListPlace
  readonly count: number
  /** What is said when nothing is found by `{name}`, where a search is not for the beginning of names. */
  readonly none?: string
  readonly children?: Child
}) {
  const { common } = useSpeech()
  return (
    <>
      {count > 0 && <ul class="rows">{children}</ul>}
      {count === 0 && place.search !== '' && (
        <p class="empty">
          <Fill text={none ?? common.noneStarts} name={<bdi>{place.search}</bdi>} />{' '}
          <a href={place.path}>{common.showAll}</a>
        </p>
      )}
      {count === 0 && place.search === '' && <p class="empty">{common.nothingYet}</p>}
      <Pages place={place} />
    </>
  )
}

function Pages({ place }: { readonly place: ListPlace }) {
  const { common } = useSpeech()
  if (place.after === '' && place.next === undefined) return null
  return (
    <nav class="pages" aria-label={common.pages}>
      {place.after !== '' && <a href={hrefOf(place, undefined)}>{common.firstPage}</a>}
      {place.next !== undefined && (
        <a href={hrefOf(place, place.next)} rel="next">
          {common.next}
        </a>
      )}
    </nav>
  )
}

function hrefOf({ path, search, filters = {} }: ListPlace, after: string | undefined): string {
  const query = new URLSearchParams()
  if (search !== '') query.set('name', search)
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value)
  if (after !== undefined) query.set('after', after)
  return query.size === 0 ? path : `${path}?${query}`
}
