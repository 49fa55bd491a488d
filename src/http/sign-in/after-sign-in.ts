import { parseNextPath } from '../../rules/sign-in/next-path.ts'
import { type Context, pathWith } from '../context.ts'

/**
 * The redirect after a sign-in; first to the review of their ways to sign in, if one is due and the sign-in is sufficient for
 * it.
 */
export function goOn(c: Context, next: string, reviews: boolean): Response {
  const { paths } = c.var
  const onward = parseNextPath(next) ?? paths.home
  return c.redirect(reviews ? pathWith(paths.accountReview, { next: onward }) : onward, 303)
}
