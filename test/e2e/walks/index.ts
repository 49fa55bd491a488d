import type { World } from '../world.ts'
import { walkThroughAccount } from './account.ts'
import { walkAsAdministrator, walkAsFirstAdministrator } from './administrator.ts'
import { walkAsDeveloper } from './developer.ts'
import { walkWithAuthenticator, walkWithPasskey } from './factors.ts'
import { walkThroughMail } from './mail.ts'
import { walkThroughProvider } from './provider.ts'
import { walkThroughRecovery } from './recovery.ts'
import { walkAsVisitor } from './visitor.ts'
import type { Walk } from './walk.ts'

/** Together they visit every page: the tests of pages and the pictures follow them. In this order, on one server. */
export const walks: Readonly<Record<string, Walk>> = {
  visitor: walkAsVisitor,
  developer: walkAsDeveloper,
  'first-administrator': walkAsFirstAdministrator,
  administrator: walkAsAdministrator,
  authenticator: walkWithAuthenticator,
  account: walkThroughAccount,
  passkey: walkWithPasskey,
  mail: walkThroughMail,
  provider: walkThroughProvider,
  recovery: walkThroughRecovery,
}

/** The people who exist before the walks. */
export function addPeople(world: World): Promise<void> {
  return world.addUser('grace', 'user')
}
