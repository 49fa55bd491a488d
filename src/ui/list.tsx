import type { Child } from 'hono/jsx'
import { Time } from './facts.tsx'
import { Fill, fillText } from './words/fill.tsx'
import { Isolated } from './words/name.tsx'
import { pluralForm, writeCount, writeNumber } from './words/plural.ts'
import { prepared, preparedAround } from './words/prepared.ts'
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
  /** The number of the first shown row, from 1. */
  readonly row?: number
  /** The number of rows from there on, counted up to one more than `most`. Undefined where nobody knows. */
  readonly rest?: number | undefined
  readonly most?: number
  /** The number of rows on a whole page. */
  readonly pageSize?: number
  /** The order, like `name`, or `-name` for the other direction. */
  readonly sort?: string | undefined
  /** Whether the viewer chose it. Without a choice it is not in the links. */
  readonly isSorted?: boolean
}

/** An order that a list can be shown in. */
export interface SortChoice {
  /** The order after the first press, like `name` or `-created`. Another press turns it round. */
  readonly value: string
  readonly label: string
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

/** The rows, with their numbers and orders above, or a text for an empty list; then the link to the next page. */
export function List({
  place,
  count,
  sorts = [],
  none,
  empty,
  foot,
  children,
}: {
  readonly place: ListPlace
  readonly count: number
  /** The orders to choose from. */
  readonly sorts?: readonly SortChoice[]
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
      {count > 0 && <Above place={place} count={count} sorts={sorts} />}
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
      <Pages place={place} count={count} />
    </>
  )
}

/** Whether there are more rows than are counted. */
export function isMore({ row = 1, rest = 0, most = 0 }: ListPlace): boolean {
  return row - 1 + rest > most
}

interface AboveProps {
  readonly place: ListPlace
  readonly count: number
  readonly sorts: readonly SortChoice[]
}

/**
 * “1–25 of 202”, and the orders. The rows are entries, not cells, so that an order is a link with `aria-current`: `aria-sort` is
 * for the headers of a table alone (WAI-ARIA 1.2).
 */
function Above({ place, count, sorts }: AboveProps) {
  const { common, language } = useSpeech()
  const { row = 1, rest, most = 0 } = place
  // Of a single row the number says nothing.
  const total = rest !== undefined && row - 1 + rest > 1 && row - 1 + rest
  const canSort = sorts.length > 0 && (count > 1 || row > 1)
  if (total === false && !canSort) return null
  return (
    <div class="pages">
      {total !== false &&
        preparedAround(
          ['range'],
          {
            from: writeNumber(row, language),
            to: writeNumber(row + count - 1, language),
            total: writeCount(total, most, language),
          },
          (to) => <span class="hint">{fillText(common.range, to)}</span>,
        )}
      {canSort && <Sorts place={place} sorts={sorts} />}
    </div>
  )
}

function Sorts({ place, sorts }: Pick<AboveProps, 'place' | 'sorts'>) {
  const { path, search, filters = {}, show, sort } = place
  const isFound = search !== '' || Object.values(filters).some((value) => value)
  const { common } = useSpeech()
  const links = () => (
    <nav class="pages" aria-label={common.sort.by}>
      {sorts.map((choice) => (
        <SortLink place={place} choice={choice} />
      ))}
    </nav>
  )
  return <>{isFound ? links() : prepared(['sorts', path, show, sort, sorts], links)}</>
}

function SortLink({ place, choice }: { readonly place: ListPlace; readonly choice: SortChoice }) {
  const { common } = useSpeech()
  const { sort = '' } = place
  const { value, label } = choice
  const by = value.replace('-', '')
  if (sort.replace('-', '') !== by)
    return <a href={hrefOf({ ...place, sort: value, isSorted: true }, '', [])}>{label}</a>
  const isDescending = sort !== by
  return (
    <a
      href={hrefOf({ ...place, sort: isDescending ? by : `-${by}`, isSorted: true }, '', [])}
      aria-current="true"
    >
      {label} <span aria-hidden="true">{isDescending ? '↓' : '↑'}</span>
      <span class="unseen">{isDescending ? common.sort.descending : common.sort.ascending}</span>
    </a>
  )
}

function Pages({ place, count }: Pick<AboveProps, 'place' | 'count'>) {
  const { common } = useSpeech()
  const { row = 1, pageSize = 0 } = place
  const previous = place.before.at(-1)
  if (place.after === '' && place.next === undefined) return null
  return (
    <nav class="pages" aria-label={common.pages}>
      {place.after !== '' && <a href={hrefOf(place, '', [])}>{common.firstPage}</a>}
      {previous !== undefined && (
        <a href={hrefOf(place, previous, place.before.slice(0, -1), row - pageSize)} rel="prev">
          {common.previous}
        </a>
      )}
      {place.next !== undefined && (
        <a href={hrefOf(place, place.next, [...place.before, place.after], row + count)} rel="next">
          {common.next}
        </a>
      )}
    </nav>
  )
}

function hrefOf(
  { path, search, filters = {}, show = '', sort, isSorted }: ListPlace,
  after: string,
  before: readonly string[],
  row = 1,
): string {
  const query = new URLSearchParams()
  if (search !== '') query.set('name', search)
  for (const [name, value] of Object.entries(filters)) if (value) query.set(name, value)
  if (show !== '') query.set('show', show)
  if (isSorted && sort !== undefined) query.set('sort', sort)
  if (after !== '') query.set('after', after)
  if (after !== '' && row > 1) query.set('row', String(row))
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
  if (times.length < 2) return null
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const isOneMinute = Math.floor(first / 60) === Math.floor(last / 60)
  return (
    <details>
      <summary>
        <Fill
          text={pluralForm(language, isOneMinute ? common.repeatedAt : common.repeated, times.length)}
          count={String(times.length)}
          from={<Time at={first} exact />}
          to={<Time at={last} exact />}
        />
      </summary>
      <ul class="lines">{children}</ul>
    </details>
  )
}
