import { showOff } from './provider-failed.ts'
import type { PurposeRules } from './purpose.ts'

/** An administrator looks at what came back. Nobody is signed in, and nothing is stored. */
export const test: PurposeRules = {
  isFresh: true,
  refuse: (c, _, session) => showOff(c, session),
  end: (c, { session }) => showOff(c, session),
}
