import { anyone, signedIn } from '../http/sign-in/guard.ts'
import { file, flow, page, type Route, unread } from '../http/surfaces.ts'
import type { Paths } from '../paths.ts'
import * as brand from '../routes/brand/route.ts'
import * as changePassword from '../routes/change-password/route.ts'
import * as outbox from '../routes/dev/outbox/route.tsx'
import * as home from '../routes/home/route.tsx'
import * as language from '../routes/language/route.ts'
import * as knownBrowser from '../routes/login/browser/route.tsx'
import * as loginCode from '../routes/login/code/route.tsx'
import * as loginPasskey from '../routes/login/passkey/route.tsx'
import * as loginRecovery from '../routes/login/recovery/route.tsx'
import * as login from '../routes/login/route.tsx'
import * as providerCallback from '../routes/login/with/callback/route.ts'
import * as providerLogout from '../routes/login/with/logout/route.ts'
import * as newAtProvider from '../routes/login/with/new/route.tsx'
import * as provider from '../routes/login/with/route.tsx'
import * as work from '../routes/login/work/route.tsx'
import * as logout from '../routes/logout/route.tsx'
import * as passwordResetDone from '../routes/password-reset/done/route.tsx'
import * as newPassword from '../routes/password-reset/password/route.tsx'
import * as passwordReset from '../routes/password-reset/route.tsx'
import * as passwordResetSent from '../routes/password-reset/sent/route.tsx'
import * as search from '../routes/search/route.tsx'
import * as setup from '../routes/setup/route.tsx'
import * as signUp from '../routes/signup/route.tsx'

/** Signing in and up, and the pages that everybody can see. */
export function entranceRoutes(paths: Paths): readonly Route[] {
  return [
    page(paths.home, anyone, ['start'], home),
    file(paths.brand, brand.get),
    page(paths.setup, anyone, ['start'], setup),
    flow(paths.login, login),
    flow(paths.loginCode, loginCode),
    page(paths.knownBrowser, anyone, ['start'], knownBrowser),
    flow(paths.loginPasskey, loginPasskey),
    flow(paths.loginWith(':connection'), provider),
    flow(paths.loginWithCallback(':connection'), providerCallback),
    flow(paths.loginWithNew(':connection'), newAtProvider),
    flow(paths.loginWork, work),
    page(paths.loginRecovery, anyone, ['account'], loginRecovery),
    unread(paths.loginWithLogout(':connection'), providerLogout),
    page(paths.language, anyone, [], language),
    flow(paths.logout, logout),
    flow(paths.signUp, signUp),
    page(paths.passwordReset, anyone, ['start'], passwordReset),
    page(paths.passwordResetSent, anyone, ['start'], passwordResetSent),
    page(paths.newPassword, anyone, ['start'], newPassword),
    page(paths.passwordResetDone, anyone, ['start'], passwordResetDone),
    page(paths.search, signedIn, ['start'], search),
    page(paths.outbox, anyone, ['start'], outbox),
    page(paths.changePassword, anyone, [], changePassword),
  ]
}
