import { proven, signedIn, toChange } from '../http/sign-in/guard.ts'
import { file, page, type Route } from '../http/surfaces.ts'
import type { Paths } from '../paths.ts'
import * as applicationActivity from '../routes/applications/activity/route.tsx'
import * as applicationClaims from '../routes/applications/claims/route.tsx'
import * as applicationCredentials from '../routes/applications/credentials/route.tsx'
import * as applicationDanger from '../routes/applications/danger/route.tsx'
import * as deleteApplication from '../routes/applications/delete/route.tsx'
import * as application from '../routes/applications/detail/route.tsx'
import * as tryDevice from '../routes/applications/device/route.tsx'
import * as applicationLogo from '../routes/applications/logo/route.tsx'
import * as applicationPolicy from '../routes/applications/policy/route.tsx'
import * as registerApplication from '../routes/applications/register/route.tsx'
import * as resumeApplication from '../routes/applications/resumption/route.tsx'
import * as applications from '../routes/applications/route.tsx'
import * as deleteApplicationSecret from '../routes/applications/secrets/delete/route.tsx'
import * as applicationSecrets from '../routes/applications/secrets/route.tsx'
import * as applicationSettings from '../routes/applications/settings/route.tsx'
import * as updateApplication from '../routes/applications/update/route.tsx'
import * as logo from '../routes/logo/route.ts'

/** The pages where developers manage their own applications. */
export function applicationsRoutes(paths: Paths): readonly Route[] {
  return [
    page(paths.applications, signedIn, ['applications', 'start'], applications),
    page(paths.registerApplication, toChange(signedIn), ['applications', 'problems'], registerApplication),
    page(paths.application(':clientId'), signedIn, ['applications', 'start'], application),
    page(paths.applicationSettings(':clientId'), signedIn, ['applications'], applicationSettings),
    page(paths.applicationCredentials(':clientId'), signedIn, ['applications'], applicationCredentials),
    page(paths.applicationActivity(':clientId'), signedIn, ['applications'], applicationActivity),
    page(paths.applicationDanger(':clientId'), signedIn, ['applications'], applicationDanger),
    page(paths.updateApplication(':clientId'), proven(), ['applications', 'problems'], updateApplication),
    page(paths.applicationClaims(':clientId'), signedIn, ['applications'], applicationClaims),
    page(paths.tryDevice(':clientId'), signedIn, ['applications', 'start'], tryDevice),
    page(paths.applicationLogo(':clientId'), proven(), ['applications', 'problems'], applicationLogo),
    file(paths.logo(':clientId', ':hash'), logo.get),
    page(paths.applicationPolicy(':clientId'), proven(), ['applications', 'problems'], applicationPolicy),
    page(paths.applicationSecrets(':clientId'), proven(), ['applications', 'problems'], applicationSecrets),
    page(
      paths.deleteApplicationSecret(':clientId', ':secretId'),
      proven(),
      ['applications'],
      deleteApplicationSecret,
    ),
    page(paths.resumeApplication(':clientId'), proven(), ['applications'], resumeApplication),
    page(paths.deleteApplication(':clientId'), proven(), ['applications'], deleteApplication),
  ]
}
