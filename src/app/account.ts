import { anyone, proven, signedIn } from '../http/sign-in/guard.ts'
import { page, type Route } from '../http/surfaces.ts'
import type { Paths } from '../paths.ts'
import * as accountActivity from '../routes/account/activity/route.tsx'
import * as removeAccountApplication from '../routes/account/applications/remove/route.tsx'
import * as accountApplications from '../routes/account/applications/route.tsx'
import * as recoveryCodes from '../routes/account/authenticator/recovery-codes/route.tsx'
import * as removeAuthenticator from '../routes/account/authenticator/remove/route.tsx'
import * as authenticator from '../routes/account/authenticator/route.tsx'
import * as setUpAuthenticator from '../routes/account/authenticator/set-up/route.tsx'
import * as deleteAccount from '../routes/account/delete/route.tsx'
import * as accountDeleted from '../routes/account/deleted/route.tsx'
import * as emailConfirmation from '../routes/account/email/confirmation/route.tsx'
import * as accountEmail from '../routes/account/email/route.tsx'
import * as emailVerification from '../routes/account/email/verification/route.tsx'
import * as accountExport from '../routes/account/export/route.ts'
import * as passkeyName from '../routes/account/passkeys/name/route.tsx'
import * as newPasskey from '../routes/account/passkeys/new/route.tsx'
import * as passkeyOffer from '../routes/account/passkeys/offer/route.tsx'
import * as removePasskey from '../routes/account/passkeys/remove/route.tsx'
import * as passkeys from '../routes/account/passkeys/route.tsx'
import * as accountPassword from '../routes/account/password/route.tsx'
import * as accountProfile from '../routes/account/profile/route.tsx'
import * as accountReview from '../routes/account/review/route.tsx'
import * as account from '../routes/account/route.tsx'
import * as secondFactor from '../routes/account/second-factor/route.tsx'
import * as accountSessions from '../routes/account/sessions/route.tsx'

/** What people see and do of their own. */
export function accountRoutes(paths: Paths): readonly Route[] {
  return [
    page(paths.authenticator, signedIn, authenticator),
    page(paths.setUpAuthenticator, proven(), setUpAuthenticator),
    page(paths.recoveryCodes, proven(), recoveryCodes),
    page(paths.removeAuthenticator, proven(), removeAuthenticator),
    page(paths.passkeys, signedIn, passkeys),
    page(paths.newPasskey, proven(), newPasskey),
    page(paths.passkeyOffer, signedIn, passkeyOffer),
    page(paths.passkeyName(':id'), proven(), passkeyName),
    page(paths.removePasskey(':id'), proven(), removePasskey),
    page(paths.accountEmail, proven(), accountEmail),
    page(paths.emailVerification, signedIn, emailVerification),
    page(paths.emailConfirmation, signedIn, emailConfirmation),
    page(paths.account, signedIn, account),
    page(paths.accountProfile, signedIn, accountProfile),
    page(paths.secondFactor, signedIn, secondFactor),
    page(paths.accountPassword, signedIn, accountPassword),
    page(paths.accountSessions, signedIn, accountSessions),
    page(paths.accountApplications, signedIn, accountApplications),
    page(paths.removeAccountApplication(':clientId'), signedIn, removeAccountApplication),
    page(paths.accountActivity, signedIn, accountActivity),
    page(paths.accountReview, proven(), accountReview),
    page(paths.accountExport, proven(), accountExport),
    page(paths.deleteAccount, proven(), deleteAccount),
    page(paths.accountDeleted, anyone, accountDeleted),
  ]
}
