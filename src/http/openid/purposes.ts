import type { Purpose } from '../../rules/sign-in/provider-attempt.ts'
import type { PurposeRules } from './purpose.ts'
import { link } from './purpose-link.ts'
import { prove } from './purpose-prove.ts'
import { signInAt } from './purpose-sign-in.ts'
import { test } from './purpose-test.ts'

/** The one place that continues by purpose, at the beginning and at the end of a visit to a provider. */
export const rulesOf: Readonly<Record<Purpose, PurposeRules>> = { 'sign-in': signInAt, link, prove, test }
