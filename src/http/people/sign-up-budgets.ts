import { dayOf } from '../../rules/clients/activity.ts'
import { signUpRule, widerSignUps } from '../../rules/sign-in/lockout.ts'
import { attemptSubject } from '../../secrets/try-subject.ts'
import type { Budget } from '../../store/sign-in/tries.ts'
import type { Context } from '../context.ts'
import { peerBlocks } from '../peer.ts'

/** The limits of new accounts from here today. Each day is counted separately. */
export function signUpBudgets(c: Context): readonly Budget[] {
  const { block, wider } = peerBlocks(c)
  const { config, now } = c.var
  const most = config.signUpsPerNetwork
  const budget = (network: string, most: number): Budget => ({
    subject: attemptSubject('sign-ups', network, String(dayOf(now))),
    rule: signUpRule(most, now),
  })
  return [budget(block, most), ...(wider === undefined ? [] : [budget(wider, most * widerSignUps)])]
}
