import { anyone, signedIn } from '../http/sign-in/guard.ts'
import { flow, machine, page, type Route } from '../http/surfaces.ts'
import type { Paths } from '../paths.ts'
import * as authorize from '../routes/authorize/route.tsx'
import * as backchannelAuthentication from '../routes/backchannel-authentication/route.ts'
import * as device from '../routes/device/route.tsx'
import * as deviceAuthorization from '../routes/device-authorization/route.ts'
import * as introspect from '../routes/introspect/route.ts'
import * as endSession from '../routes/logout-endpoint/route.tsx'
import {
  getJwks,
  getLlms,
  getOpenapi,
  getPasskeyEndpoints,
  getServerMetadata,
  getUserinfoMetadata,
} from '../routes/metadata/route.ts'
import * as par from '../routes/par/route.ts'
import * as playground from '../routes/playground/route.tsx'
import * as registration from '../routes/register/client/route.ts'
import * as register from '../routes/register/route.ts'
import * as revoke from '../routes/revoke/route.ts'
import { grants } from '../routes/token/grants.ts'
import * as token from '../routes/token/route.ts'
import * as userinfo from '../routes/userinfo/route.ts'

/** The endpoints for clients, and the pages between a client and a person. */
export function oauthRoutes(paths: Paths): readonly Route[] {
  const grantTypes = Object.keys(grants)
  const metadata = getServerMetadata(grantTypes)
  return [
    flow(paths.authorize, authorize),
    machine(paths.token, 'client', token),
    flow(paths.endSession, endSession),
    machine(paths.userinfo, 'every', userinfo),
    machine(paths.introspect, 'client', introspect),
    machine(paths.revoke, 'client', revoke),
    machine(paths.deviceAuthorization, 'client', deviceAuthorization),
    machine(paths.backchannelAuthentication, 'client', backchannelAuthentication),
    machine(paths.pushedRequests, 'client', par),
    machine(paths.register, 'every', register),
    machine(paths.registration(':clientId'), 'every', registration),
    page(paths.device, signedIn, ['start'], device),
    page(paths.playground, anyone, ['playground'], playground),
    page(paths.playgroundCallback, anyone, ['playground'], playground),
    machine(paths.serverMetadata, 'every', { get: metadata }),
    machine(paths.openidConfiguration, 'every', { get: metadata }),
    machine(paths.jwks, 'every', { get: getJwks }),
    machine(paths.userinfoMetadata, 'every', { get: getUserinfoMetadata() }),
    machine(paths.passkeyEndpoints, 'every', { get: getPasskeyEndpoints }),
    machine(paths.openapi, 'every', { get: getOpenapi(grantTypes) }),
    machine(paths.llms, 'every', { get: getLlms() }),
  ]
}
