import type { Cases } from '../ask.ts'
import { cases as bound } from './bound.ts'
import { cases as credentials } from './credentials.ts'
import { cases as hono } from './hono.ts'
import { cases as introspection } from './introspection.ts'
import { cases as jwt } from './jwt.ts'
import { cases as keys } from './keys.ts'
import { cases as metadata } from './metadata.ts'
import { cases as options } from './options.ts'
import { cases as stepUp } from './step-up.ts'

/** The same cases run on each runtime: in workerd with vitest, elsewhere with run.ts. */
export const groups: Readonly<Record<string, Cases>> = {
  credentials,
  bound,
  jwt,
  keys,
  introspection,
  metadata,
  'step-up': stepUp,
  options,
  hono,
}
