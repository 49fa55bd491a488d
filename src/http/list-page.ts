import type { Page } from '../store/database.ts'
import { type Chosen, mostCounted, type Sort } from '../store/list.ts'
import type { Target } from '../store/targets.ts'
import type { ListPlace } from '../ui/list.tsx'
import type { Context } from './context.ts'
import type { OwnForm } from './sign-in/asking.ts'

/** Number of rows on a page of a list. */
export const pageSize = 25

/** Number of earlier pages that a page can lead back to one by one. */
const mostBefore = 12

/** The filter of a list in the URL, if the list has it. */
export function readShow<S extends string>(c: Context, known: readonly S[]): S | undefined {
  const asked = c.req.query('show')
  return known.find((one) => one === asked)
}

/**
 * The order of a list in the URL, like `name`, or `-name` for the other direction. The first of `known` is the order of a list
 * without one; times begin with the newest.
 */
function readSort<S extends string>(c: Context, known: readonly [S, ...S[]]): Sort<S> {
  const asked = c.req.query('sort') ?? ''
  const descending = asked.startsWith('-')
  const by = known.find((one) => one === (descending ? asked.slice(1) : asked))
  return by === undefined ? { by: known[0], descending: isOfTimes(known[0]) } : { by, descending }
}

/** Names begin at A. */
const isOfTimes = (by: string) => by !== 'name'

/** The order as it is in the URL. */
const sortText = ({ by, descending }: Sort<string>) => (descending ? `-${by}` : by)

type Asked = Pick<ListPlace, 'search' | 'after' | 'before' | 'row' | 'isSorted'>

/** The requested part of a list. Text longer than any name or key (NFKC makes up to 18 characters of one) finds nothing anyway. */
export function readPlace(c: Context): Asked {
  const after = (c.req.query('after') ?? '').slice(0, 2000)
  const row = c.req.query('row') ?? ''
  return {
    search: (c.req.query('name') ?? '').trim().slice(0, 100),
    after,
    before: (c.req.queries('before') ?? []).slice(-mostBefore).map((start) => start.slice(0, 2000)),
    isSorted: c.req.query('sort') !== undefined,
    row: after !== '' && /^[1-9][0-9]{0,6}$/.test(row) ? Number(row) : 1,
  }
}

/** The requested part of a list with these orders. */
export function readList<S extends string>(c: Context, sorts: readonly [S, ...S[]]) {
  const asked = readPlace(c)
  const chosen: Chosen<S> = { after: asked.after, size: pageSize, sort: readSort(c, sorts) }
  return { asked, chosen }
}

/** The shown part of the list: the page that was found for what was asked. */
export function placeOn(path: string, asked: Asked, page: Page<unknown>, sort?: Sort<string>) {
  const { next, rest } = page
  return { path, ...asked, next, rest, most: mostCounted, pageSize, sort: sort && sortText(sort) }
}

/** The ticked rows of a list, at most one page of it: from the list itself, or from the page that asks. */
export function selectedIn(sent: URLSearchParams): readonly string[] {
  const ids = sent.getAll('id').flatMap((text) => text.split(' '))
  return [...new Set(ids.filter((id) => id !== ''))].slice(0, pageSize)
}

/** The act of the pressed button, if there is one of this name. */
export function chosenIn<S extends string>(sent: URLSearchParams, known: readonly S[]): S | undefined {
  return known.find((one) => one === sent.get('act'))
}

/** The ticked rows, each with its event. Sent twice, a form means the same events. */
export function targetsOf({ pairs, attempt }: OwnForm): readonly Target[] {
  return selectedIn(pairs).map((id) => ({ id, eventId: attempt.idFor(id) }))
}

/** The act on the ticked rows that has just been done, and their number. */
export function readDone<S extends string>(c: Context, known: readonly S[]) {
  const act = known.find((one) => one === c.req.query('done'))
  const number = c.req.query('number') ?? ''
  return act !== undefined && /^[0-9]{1,2}$/.test(number) ? { act, number } : undefined
}

/** The first and the last day of a list, like 2026-11-27; empty where none or no valid one was sent. */
export function readDays(sent: URLSearchParams): { readonly from: string; readonly to: string } {
  const date = (name: string) => {
    const typed = (sent.get(name) ?? '').trim()
    return /^\d{4}-\d{2}-\d{2}$/.test(typed) && !Number.isNaN(Date.parse(typed)) ? typed : ''
  }
  return { from: date('from'), to: date('to') }
}
