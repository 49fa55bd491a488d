import { Hono } from 'hono'
import { type Bindings, type Config, issuerFor } from './config.ts'
import { type App, begin } from './http/context.ts'
import { answerFailure, answerForeignHost, answerNotFound } from './http/failures.ts'
import { logRequest } from './http/log.ts'
import { type Fetch, keepingDocuments } from './http/server/documents.ts'
import { file, machine, page } from './http/surfaces.ts'
import { knownJwks } from './http/tokens/signing.ts'
import { makePaths } from './paths.ts'
import { getActivity } from './routes/account/activity/route.tsx'
import { getRemove, postRemove } from './routes/account/applications/remove/route.tsx'
import { getConnected } from './routes/account/applications/route.tsx'
import { getRecoveryCodes, postRecoveryCodes } from './routes/account/authenticator/recovery-codes/route.tsx'
import {
  getRemoveAuthenticator,
  postRemoveAuthenticator,
} from './routes/account/authenticator/remove/route.tsx'
import { getAuthenticator } from './routes/account/authenticator/route.tsx'
import {
  getAuthenticatorSetUp,
  postAuthenticatorSetUp,
} from './routes/account/authenticator/set-up/route.tsx'
import { getDeleteAccount, getDeleted, postDeleteAccount } from './routes/account/delete/route.tsx'
import { getEmailConfirmation, postEmailConfirmation } from './routes/account/email/confirmation/route.tsx'
import { getEmail, postEmail } from './routes/account/email/route.tsx'
import { postEmailVerification } from './routes/account/email/verification/route.tsx'
import { getExport } from './routes/account/export/route.ts'
import { getPasskeyName, postPasskeyName } from './routes/account/passkeys/name/route.tsx'
import { getNewPasskey, postNewPasskey } from './routes/account/passkeys/new/route.tsx'
import { getPasskeyOffer, postPasskeyOffer } from './routes/account/passkeys/offer/route.tsx'
import { getRemovePasskey, postRemovePasskey } from './routes/account/passkeys/remove/route.tsx'
import { getPasskeys } from './routes/account/passkeys/route.tsx'
import { getChangePassword, getPassword, postPassword } from './routes/account/password/route.tsx'
import { getProfile, postProfile } from './routes/account/profile/route.tsx'
import { getReview, postReview } from './routes/account/review/route.tsx'
import { getAccount } from './routes/account/route.tsx'
import { getSecondFactor } from './routes/account/second-factor/route.tsx'
import { getSessions, postSessions } from './routes/account/sessions/route.tsx'
import { getApi, getNewApi, postApi, postNewApi } from './routes/admin/apis/api/route.tsx'
import { getDeleteApi, postDeleteApi } from './routes/admin/apis/delete/route.tsx'
import { getAdminApis } from './routes/admin/apis/route.tsx'
import { getAdminApplications } from './routes/admin/applications/route.tsx'
import {
  getSuspendApplication,
  postSuspendApplication,
} from './routes/admin/applications/suspension/route.tsx'
import { getTrust, postTrust } from './routes/admin/applications/trust/route.tsx'
import { getAuditExport, postAuditExport } from './routes/admin/audit/export/route.tsx'
import { getAdminAudit } from './routes/admin/audit/route.tsx'
import { getAdminHealth, postAdminHealth } from './routes/admin/health/route.tsx'
import { getInvitations, postInvitations } from './routes/admin/invitations/route.tsx'
import { postWithdrawal } from './routes/admin/invitations/withdrawal/route.tsx'
import { getRotateKey, postRotateKey } from './routes/admin/keys/rotation/route.tsx'
import { getAdminKeys } from './routes/admin/keys/route.tsx'
import { getWithdrawKey, postWithdrawKey } from './routes/admin/keys/withdrawal/route.tsx'
import { getAdminLogouts } from './routes/admin/logouts/route.tsx'
import { getAdmin } from './routes/admin/route.tsx'
import { getDeleteScope, postDeleteScope } from './routes/admin/scopes/delete/route.tsx'
import { getAdminScopes } from './routes/admin/scopes/route.tsx'
import { getNewScope, getScope, postNewScope, postScope } from './routes/admin/scopes/scope/route.tsx'
import { getAdminSettings } from './routes/admin/settings/route.tsx'
import { getEndAccess, postEndAccess } from './routes/admin/users/applications/end/route.tsx'
import { getUserClaims, postUserClaims } from './routes/admin/users/claims/route.tsx'
import { getDeleteUser, postDeleteUser } from './routes/admin/users/delete/route.tsx'
import { getResetFactors, postResetFactors } from './routes/admin/users/factors/route.tsx'
import { getUnlockUser, postUnlockUser } from './routes/admin/users/lock/route.tsx'
import { getNewUser, postNewUser } from './routes/admin/users/new/route.tsx'
import { getUserRole, postUserRole } from './routes/admin/users/role/route.tsx'
import { getAdminUsers } from './routes/admin/users/route.tsx'
import { getEndSessions, postEndSessions } from './routes/admin/users/sessions/route.tsx'
import { getSuspendUser, postSuspendUser } from './routes/admin/users/suspension/route.tsx'
import { getAdminUser } from './routes/admin/users/user/route.tsx'
import { getClaims } from './routes/applications/claims/route.tsx'
import { getDelete, postDelete } from './routes/applications/delete/route.tsx'
import { getApplication } from './routes/applications/detail/route.tsx'
import { getLogoForm, postLogoForm } from './routes/applications/logo/route.tsx'
import { getPolicy, postPolicy } from './routes/applications/policy/route.tsx'
import { getRegister, postRegister } from './routes/applications/register/route.tsx'
import { getResumption, postResumption } from './routes/applications/resumption/route.tsx'
import { getApplications } from './routes/applications/route.tsx'
import { getDeleteSecret, postDeleteSecret } from './routes/applications/secrets/delete/route.tsx'
import { getSecrets, postSecrets } from './routes/applications/secrets/route.tsx'
import { getUpdate, postUpdate } from './routes/applications/update/route.tsx'
import { getAuthorize, postAuthorize } from './routes/authorize/route.tsx'
import { getBrand } from './routes/brand/route.ts'
import { getOutbox } from './routes/dev/outbox/route.tsx'
import { getDevice, postDevice } from './routes/device/route.tsx'
import { postDeviceAuthorization } from './routes/device-authorization/route.ts'
import { getHome } from './routes/home/route.tsx'
import { postIntrospect } from './routes/introspect/route.ts'
import { getLanguage } from './routes/language/route.ts'
import { getKnownBrowser, postKnownBrowser } from './routes/login/browser/route.tsx'
import { getLoginCode, postLoginCode } from './routes/login/code/route.tsx'
import { getLoginPasskey, postLoginPasskey } from './routes/login/passkey/route.tsx'
import { getLoginRecovery, postLoginRecovery } from './routes/login/recovery/route.tsx'
import { getLogin, postLogin } from './routes/login/route.tsx'
import { getLogo } from './routes/logo/route.ts'
import { getLogout, postLogout } from './routes/logout/route.tsx'
import { getEndSession, postEndSession } from './routes/logout-endpoint/route.tsx'
import {
  getJwks,
  getPasskeyEndpoints,
  getServerMetadata,
  getUserinfoMetadata,
} from './routes/metadata/route.ts'
import { getPasswordResetDone } from './routes/password-reset/done/route.tsx'
import { getNewPassword, postNewPassword } from './routes/password-reset/password/route.tsx'
import { getPasswordReset, postPasswordReset } from './routes/password-reset/route.tsx'
import { getPasswordResetSent } from './routes/password-reset/sent/route.tsx'
import { getPlayground } from './routes/playground/route.tsx'
import { deleteOwnRegistration, getRegistration, putRegistration } from './routes/register/client/route.ts'
import { postRegistration } from './routes/register/route.ts'
import { postRevoke } from './routes/revoke/route.ts'
import { getSetup, postSetup } from './routes/setup/route.tsx'
import { getSignUp, postSignUp } from './routes/signup/route.tsx'
import { grants } from './routes/token/grants.ts'
import { postToken } from './routes/token/route.ts'
import { getUserinfo, postUserinfo } from './routes/userinfo/route.ts'
import { randomText } from './secrets/secret.ts'
import { english } from './ui/words/messages/index.ts'
import type { Seconds } from './values/time.ts'

/** What answers requests, and the routes that it has. */
export interface Server {
  readonly fetch: Fetch
  readonly routes: Hono<App>['routes']
}

/** Every URL, in the order in which people and programs come to them. The clock is asked once a request. */
export function createApp(config: Config, clock: () => Seconds): Server {
  const paths = makePaths(config.oauthPath)
  // `strict: false`: each URL answers with and without a trailing slash.
  const app = new Hono<App>({ strict: false })

  app.use(async (c, next) => {
    const issuer = issuerFor(config, c.req.url)
    begin(c, {
      config,
      paths,
      now: clock(),
      issuer: issuer ?? '',
      reference: randomText(9),
      noted: {},
      language: 'en',
      messages: english,
      texts: undefined,
      surface: undefined,
      route: undefined,
      visit: undefined,
    })
    return logRequest(c, next)
  })
  app.use(async (c, next) => (c.var.issuer === '' ? answerForeignHost(c) : next()))

  page(app, paths.home, 'page', { GET: getHome })
  file(app, paths.brand, getBrand)
  page(app, paths.setup, 'page', { GET: getSetup, POST: postSetup })

  page(app, paths.applications, 'page', { GET: getApplications })
  page(app, paths.registerApplication, 'page', { GET: getRegister, POST: postRegister })
  page(app, paths.application(':clientId'), 'page', { GET: getApplication })
  page(app, paths.updateApplication(':clientId'), 'page', { GET: getUpdate, POST: postUpdate })
  page(app, paths.applicationClaims(':clientId'), 'page', { GET: getClaims })
  page(app, paths.applicationLogo(':clientId'), 'page', { GET: getLogoForm, POST: postLogoForm })
  file(app, paths.logo(':clientId', ':hash'), getLogo)
  page(app, paths.applicationPolicy(':clientId'), 'page', { GET: getPolicy, POST: postPolicy })
  page(app, paths.applicationSecrets(':clientId'), 'page', { GET: getSecrets, POST: postSecrets })
  page(app, paths.deleteApplicationSecret(':clientId', ':secretId'), 'page', {
    GET: getDeleteSecret,
    POST: postDeleteSecret,
  })
  page(app, paths.resumeApplication(':clientId'), 'page', { GET: getResumption, POST: postResumption })
  page(app, paths.deleteApplication(':clientId'), 'page', { GET: getDelete, POST: postDelete })

  page(app, paths.authorize, 'flow', { GET: getAuthorize, POST: postAuthorize })
  page(app, paths.login, 'flow', { GET: getLogin, POST: postLogin })
  page(app, paths.loginCode, 'flow', { GET: getLoginCode, POST: postLoginCode })
  page(app, paths.knownBrowser, 'page', { GET: getKnownBrowser, POST: postKnownBrowser })
  page(app, paths.loginPasskey, 'flow', { GET: getLoginPasskey, POST: postLoginPasskey })
  page(app, paths.loginRecovery, 'page', { GET: getLoginRecovery, POST: postLoginRecovery })
  machine(app, paths.token, 'client', { POST: postToken })
  page(app, paths.endSession, 'flow', { GET: getEndSession, POST: postEndSession })
  machine(app, paths.userinfo, 'every', { GET: getUserinfo, POST: postUserinfo })
  machine(app, paths.introspect, 'client', { POST: postIntrospect })
  machine(app, paths.revoke, 'client', { POST: postRevoke })
  machine(app, paths.deviceAuthorization, 'client', { POST: postDeviceAuthorization })
  machine(app, paths.register, 'every', { POST: postRegistration })
  machine(app, paths.registration(':clientId'), 'every', {
    GET: getRegistration,
    PUT: putRegistration,
    DELETE: deleteOwnRegistration,
  })
  page(app, paths.device, 'page', { GET: getDevice, POST: postDevice })
  page(app, paths.language, 'page', { GET: getLanguage })
  page(app, paths.logout, 'flow', { GET: getLogout, POST: postLogout })

  page(app, paths.authenticator, 'page', { GET: getAuthenticator })
  page(app, paths.setUpAuthenticator, 'page', { GET: getAuthenticatorSetUp, POST: postAuthenticatorSetUp })
  page(app, paths.recoveryCodes, 'page', { GET: getRecoveryCodes, POST: postRecoveryCodes })
  page(app, paths.removeAuthenticator, 'page', { GET: getRemoveAuthenticator, POST: postRemoveAuthenticator })
  page(app, paths.passkeys, 'page', { GET: getPasskeys })
  page(app, paths.newPasskey, 'page', { GET: getNewPasskey, POST: postNewPasskey })
  page(app, paths.passkeyOffer, 'page', { GET: getPasskeyOffer, POST: postPasskeyOffer })
  page(app, paths.passkeyName(':id'), 'page', { GET: getPasskeyName, POST: postPasskeyName })
  page(app, paths.removePasskey(':id'), 'page', { GET: getRemovePasskey, POST: postRemovePasskey })
  page(app, paths.accountEmail, 'page', { GET: getEmail, POST: postEmail })
  page(app, paths.emailVerification, 'page', { POST: postEmailVerification })
  page(app, paths.emailConfirmation, 'page', { GET: getEmailConfirmation, POST: postEmailConfirmation })
  page(app, paths.signUp, 'flow', { GET: getSignUp, POST: postSignUp })
  page(app, paths.passwordReset, 'page', { GET: getPasswordReset, POST: postPasswordReset })
  page(app, paths.passwordResetSent, 'page', { GET: getPasswordResetSent })
  page(app, paths.newPassword, 'page', { GET: getNewPassword, POST: postNewPassword })
  page(app, paths.passwordResetDone, 'page', { GET: getPasswordResetDone })
  page(app, paths.outbox, 'page', { GET: getOutbox })

  page(app, paths.playground, 'page', { GET: getPlayground })
  page(app, paths.playgroundCallback, 'page', { GET: getPlayground })

  page(app, paths.account, 'page', { GET: getAccount })
  page(app, paths.accountProfile, 'page', { GET: getProfile, POST: postProfile })
  page(app, paths.secondFactor, 'page', { GET: getSecondFactor })
  page(app, paths.accountPassword, 'page', { GET: getPassword, POST: postPassword })
  page(app, paths.accountSessions, 'page', { GET: getSessions, POST: postSessions })
  page(app, paths.accountApplications, 'page', { GET: getConnected })
  page(app, paths.removeAccountApplication(':clientId'), 'page', { GET: getRemove, POST: postRemove })
  page(app, paths.accountActivity, 'page', { GET: getActivity })
  page(app, paths.accountReview, 'page', { GET: getReview, POST: postReview })
  page(app, paths.accountExport, 'page', { GET: getExport })
  page(app, paths.deleteAccount, 'page', { GET: getDeleteAccount, POST: postDeleteAccount })
  page(app, paths.accountDeleted, 'page', { GET: getDeleted })

  page(app, paths.admin, 'page', { GET: getAdmin })
  page(app, paths.adminUsers, 'page', { GET: getAdminUsers })
  page(app, paths.newUser, 'page', { GET: getNewUser, POST: postNewUser })
  page(app, paths.adminUser(':userId'), 'page', { GET: getAdminUser })
  page(app, paths.suspendUser(':userId'), 'page', { GET: getSuspendUser, POST: postSuspendUser })
  page(app, paths.deleteUser(':userId'), 'page', { GET: getDeleteUser, POST: postDeleteUser })
  page(app, paths.userRole(':userId'), 'page', { GET: getUserRole, POST: postUserRole })
  page(app, paths.resetFactors(':userId'), 'page', { GET: getResetFactors, POST: postResetFactors })
  page(app, paths.unlockUser(':userId'), 'page', { GET: getUnlockUser, POST: postUnlockUser })
  page(app, paths.endUserSessions(':userId'), 'page', { GET: getEndSessions, POST: postEndSessions })
  page(app, paths.userClaims(':userId'), 'page', { GET: getUserClaims, POST: postUserClaims })
  page(app, paths.endUserAccess(':userId', ':clientId'), 'page', { GET: getEndAccess, POST: postEndAccess })
  page(app, paths.adminApplications, 'page', { GET: getAdminApplications })
  page(app, paths.suspendApplication(':clientId'), 'page', {
    GET: getSuspendApplication,
    POST: postSuspendApplication,
  })
  page(app, paths.trustApplication(':clientId'), 'page', { GET: getTrust, POST: postTrust })
  page(app, paths.adminApis, 'page', { GET: getAdminApis })
  page(app, paths.newApi, 'page', { GET: getNewApi, POST: postNewApi })
  page(app, paths.adminApi(':key'), 'page', { GET: getApi, POST: postApi })
  page(app, paths.deleteApi(':key'), 'page', { GET: getDeleteApi, POST: postDeleteApi })
  page(app, paths.adminScopes, 'page', { GET: getAdminScopes })
  page(app, paths.newScope, 'page', { GET: getNewScope, POST: postNewScope })
  page(app, paths.adminScope(':key'), 'page', { GET: getScope, POST: postScope })
  page(app, paths.deleteScope(':key'), 'page', { GET: getDeleteScope, POST: postDeleteScope })
  page(app, paths.adminKeys, 'page', { GET: getAdminKeys })
  page(app, paths.rotateKey(':alg'), 'page', { GET: getRotateKey, POST: postRotateKey })
  page(app, paths.withdrawKey(':kid'), 'page', { GET: getWithdrawKey, POST: postWithdrawKey })
  page(app, paths.adminAudit, 'page', { GET: getAdminAudit })
  page(app, paths.adminAuditExport, 'page', { GET: getAuditExport, POST: postAuditExport })
  page(app, paths.adminHealth, 'page', { GET: getAdminHealth, POST: postAdminHealth })
  page(app, paths.adminSettings, 'page', { GET: getAdminSettings })
  page(app, paths.adminLogouts, 'page', { GET: getAdminLogouts })
  page(app, paths.adminInvitations, 'page', { GET: getInvitations, POST: postInvitations })
  page(app, paths.withdrawInvitation(':id'), 'page', { POST: postWithdrawal })

  const metadata = getServerMetadata(Object.keys(grants))
  machine(app, paths.serverMetadata, 'every', { GET: metadata })
  machine(app, paths.openidConfiguration, 'every', { GET: metadata })
  machine(app, paths.jwks, 'every', { GET: getJwks })
  machine(app, paths.userinfoMetadata, 'every', { GET: getUserinfoMetadata() })
  machine(app, paths.passkeyEndpoints, 'every', { GET: getPasskeyEndpoints })
  page(app, paths.changePassword, 'page', { GET: getChangePassword })

  app.notFound(answerNotFound)
  app.onError((error, c) => answerFailure(c, error))
  const { issuer } = config
  const documents = new Map([
    [paths.serverMetadata, () => 'made once'],
    [paths.openidConfiguration, () => 'made once'],
    [paths.userinfoMetadata, () => 'made once'],
    [paths.jwks, ({ DB }: Bindings) => knownJwks(DB, clock())],
  ])
  // In development the issuer is not known before a request comes.
  const versions = new Map(
    issuer === undefined ? [] : [...documents].map(([path, of]) => [issuer + path, of]),
  )
  return { fetch: keepingDocuments(app.fetch, versions), routes: app.routes }
}
