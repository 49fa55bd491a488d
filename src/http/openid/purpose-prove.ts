import { showOff } from './provider-failed.ts'
import type { PurposeRules } from './purpose.ts'

/** A signed-in person shows again that it is them, by an identity of theirs. */
export const prove: PurposeRules = {
  isFresh: true,
  refuse: (c, _, session) => showOff(c, session),
  end: (c, { session }) => showOff(c, session),
}
