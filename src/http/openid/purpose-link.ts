import { showOff } from './provider-failed.ts'
import type { PurposeRules } from './purpose.ts'

/** A signed-in person adds the identity to their account. */
export const link: PurposeRules = {
  isFresh: true,
  refuse: (c, _, session) => showOff(c, session),
  end: (c, { session }) => showOff(c, session),
}
