import type { Area } from '../../src/ui/words/messages/index.ts'
import type { Language } from '../../src/values/language.ts'
import { account } from './account.ts'
import { admin } from './admin.ts'
import { applications } from './applications.ts'
import { connections } from './connections.ts'
import { mails } from './mails.ts'
import { playground } from './playground.ts'
import { problems } from './problems.ts'
import { signIn } from './sign-in.ts'
import { start } from './start.ts'

/** Every text of the pages, in every language. */
export const everyText: Record<Area | 'sign-in' | 'mails', Record<Language, object>> = {
  'sign-in': signIn,
  account,
  admin,
  applications,
  connections,
  mails,
  playground,
  problems,
  start,
}
