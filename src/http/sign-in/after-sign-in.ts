import { parseNextPath } from '../../rules/sign-in/next-path.ts'
import { type Context, pathWith } from '../context.ts'

/** Where somebody goes who has just signed in; first to the review of their ways in, if it waits and their sign-in is enough for it. */
export function goOn(c: Context, next: string, reviews: boolean): Response {
  const { paths } = c.var
  const onward = parseNextPath(next) ?? paths.home
  return c.redirect(reviews ? pathWith(paths.accountReview, { next: onward }) : onward, 303)
}
