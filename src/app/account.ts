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
import * as removeIdentity from '../routes/account/identities/remove/route.tsx'
import * as identities from '../routes/account/identities/route.tsx'
import * as passkeyName from '../routes/account/passkeys/name/route.tsx'
import * as newPasskey from '../routes/account/passkeys/new/route.tsx'
import * as passkeyOffer from '../routes/account/passkeys/offer/route.tsx'
import * as removePasskey from '../routes/account/passkeys/remove/route.tsx'
import * as passkeys from '../routes/account/passkeys/route.tsx'
import * as accountPassword from '../routes/account/password/route.tsx'
import * as accountProfile from '../routes/account/profile/route.tsx'
import * as accountRequests from '../routes/account/requests/route.tsx'
import * as accountReview from '../routes/account/review/route.tsx'
import * as account from '../routes/account/route.tsx'
import * as secondFactor from '../routes/account/second-factor/route.tsx'
import * as accountSessions from '../routes/account/sessions/route.tsx'

/** The pages of a person's own account. */
export function accountRoutes(paths: Paths): readonly Route[] {
  return [
    page(paths.authenticator, signedIn, ['account'], authenticator),
    page(paths.setUpAuthenticator, proven(), ['account'], setUpAuthenticator),
    page(paths.recoveryCodes, proven(), ['account'], recoveryCodes),
    page(paths.removeAuthenticator, proven(), ['account'], removeAuthenticator),
    page(paths.passkeys, signedIn, ['account'], passkeys),
    page(paths.newPasskey, proven(), ['account', 'problems'], newPasskey),
    page(paths.passkeyOffer, signedIn, ['account'], passkeyOffer),
    page(paths.passkeyName(':id'), proven(), ['account', 'problems'], passkeyName),
    page(paths.removePasskey(':id'), proven(), ['account'], removePasskey),
    page(paths.identities, signedIn, ['account'], identities),
    page(paths.removeIdentity(':identity'), proven(), ['account'], removeIdentity),
    page(paths.accountEmail, proven(), ['account'], accountEmail),
    page(paths.emailVerification, signedIn, ['account'], emailVerification),
    page(paths.emailConfirmation, signedIn, ['account'], emailConfirmation),
    page(paths.account, signedIn, ['account'], account),
    page(paths.accountProfile, signedIn, ['account', 'problems'], accountProfile),
    page(paths.secondFactor, signedIn, ['account'], secondFactor),
    page(paths.accountPassword, signedIn, ['account'], accountPassword),
    page(paths.accountSessions, signedIn, ['account'], accountSessions),
    page(paths.accountRequests, signedIn, ['account', 'start'], accountRequests),
    page(paths.accountApplications, signedIn, ['account'], accountApplications),
    page(paths.removeAccountApplication(':clientId'), signedIn, ['account'], removeAccountApplication),
    page(paths.accountActivity, signedIn, ['account'], accountActivity),
    page(paths.accountReview, proven(), ['account'], accountReview),
    page(paths.accountExport, proven(), [], accountExport),
    page(paths.deleteAccount, proven(), ['account'], deleteAccount),
    page(paths.accountDeleted, anyone, ['account'], accountDeleted),
  ]
}
