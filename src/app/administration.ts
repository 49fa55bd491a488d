import { permitted, proven, toChange } from '../http/sign-in/guard.ts'
import { page, type Route } from '../http/surfaces.ts'
import type { Paths } from '../paths.ts'
import { api, newApi } from '../routes/admin/apis/api/route.tsx'
import * as deleteApi from '../routes/admin/apis/delete/route.tsx'
import * as adminApis from '../routes/admin/apis/route.tsx'
import * as approveApplication from '../routes/admin/applications/approval/route.tsx'
import * as adminApplications from '../routes/admin/applications/route.tsx'
import * as selectedApplications from '../routes/admin/applications/selection/route.tsx'
import * as suspendApplication from '../routes/admin/applications/suspension/route.tsx'
import * as trustApplication from '../routes/admin/applications/trust/route.tsx'
import * as adminAuditExport from '../routes/admin/audit/export/route.tsx'
import * as adminAudit from '../routes/admin/audit/route.tsx'
import * as deleteDetailType from '../routes/admin/authorization-details/delete/route.tsx'
import * as adminDetailTypes from '../routes/admin/authorization-details/route.tsx'
import { detailType, newDetailType } from '../routes/admin/authorization-details/type/route.tsx'
import * as connectionClaims from '../routes/admin/connections/claims/route.tsx'
import * as adminConnection from '../routes/admin/connections/connection/route.tsx'
import * as deleteConnection from '../routes/admin/connections/delete/route.tsx'
import * as newConnection from '../routes/admin/connections/new/route.tsx'
import * as adminConnections from '../routes/admin/connections/route.tsx'
import * as connectionSecret from '../routes/admin/connections/secret/route.tsx'
import * as suspendConnection from '../routes/admin/connections/suspension/route.tsx'
import * as testConnection from '../routes/admin/connections/test/route.tsx'
import * as adminHealth from '../routes/admin/health/route.tsx'
import * as adminInvitations from '../routes/admin/invitations/route.tsx'
import * as withdrawInvitation from '../routes/admin/invitations/withdrawal/route.tsx'
import * as rotateKey from '../routes/admin/keys/rotation/route.tsx'
import * as adminKeys from '../routes/admin/keys/route.tsx'
import * as withdrawKey from '../routes/admin/keys/withdrawal/route.tsx'
import * as adminLogouts from '../routes/admin/logouts/route.tsx'
import * as admin from '../routes/admin/route.tsx'
import * as deleteScope from '../routes/admin/scopes/delete/route.tsx'
import * as adminScopes from '../routes/admin/scopes/route.tsx'
import { newScope, scope } from '../routes/admin/scopes/scope/route.tsx'
import * as deleteServer from '../routes/admin/servers/delete/route.tsx'
import * as adminServers from '../routes/admin/servers/route.tsx'
import { newServer, server } from '../routes/admin/servers/server/route.tsx'
import * as adminSettings from '../routes/admin/settings/route.tsx'
import * as endUserAccess from '../routes/admin/users/applications/end/route.tsx'
import * as userClaims from '../routes/admin/users/claims/route.tsx'
import * as deleteUser from '../routes/admin/users/delete/route.tsx'
import * as resetFactors from '../routes/admin/users/factors/route.tsx'
import * as userIdentity from '../routes/admin/users/identities/route.tsx'
import * as unlockUser from '../routes/admin/users/lock/route.tsx'
import * as newUser from '../routes/admin/users/new/route.tsx'
import * as userRole from '../routes/admin/users/role/route.tsx'
import * as adminUsers from '../routes/admin/users/route.tsx'
import * as selectedUsers from '../routes/admin/users/selection/route.tsx'
import * as endUserSessions from '../routes/admin/users/sessions/route.tsx'
import * as suspendUser from '../routes/admin/users/suspension/route.tsx'
import * as adminUser from '../routes/admin/users/user/route.tsx'

/** The pages of the administration. For everybody else they do not exist. */
export function administrationRoutes(paths: Paths): readonly Route[] {
  return [
    page(paths.admin, permitted('see'), ['admin', 'applications'], admin),
    page(paths.adminUsers, permitted('see'), ['admin'], adminUsers),
    page(paths.newUser, proven('administer'), ['admin', 'problems'], newUser),
    page(paths.selectedUsers, proven('end'), ['admin'], selectedUsers),
    page(paths.adminUser(':userId'), permitted('see'), ['account', 'admin'], adminUser),
    page(paths.suspendUser(':userId'), proven('administer'), ['admin'], suspendUser),
    page(paths.deleteUser(':userId'), proven('administer'), ['account', 'admin'], deleteUser),
    page(paths.userRole(':userId'), proven('administer'), ['admin'], userRole),
    page(paths.resetFactors(':userId'), proven('administer'), ['admin'], resetFactors),
    page(paths.userIdentity(':userId', ':identity'), proven('administer'), ['admin'], userIdentity),
    page(paths.unlockUser(':userId'), proven('administer'), ['admin'], unlockUser),
    page(paths.endUserSessions(':userId'), proven('end'), ['account', 'admin'], endUserSessions),
    page(paths.userClaims(':userId'), proven('administer'), ['account', 'admin', 'problems'], userClaims),
    page(paths.endUserAccess(':userId', ':clientId'), proven('end'), ['admin'], endUserAccess),
    page(paths.adminApplications, permitted('see'), ['admin', 'applications'], adminApplications),
    page(paths.selectedApplications, proven('administer'), ['admin', 'applications'], selectedApplications),
    page(paths.suspendApplication(':clientId'), proven('administer'), ['admin'], suspendApplication),
    page(
      paths.approveApplication(':clientId'),
      proven('administer'),
      ['admin', 'applications'],
      approveApplication,
    ),
    page(
      paths.trustApplication(':clientId'),
      proven('administer'),
      ['admin', 'applications'],
      trustApplication,
    ),
    page(paths.adminApis, permitted('see'), ['admin'], adminApis),
    page(paths.newApi, proven('administer'), ['admin', 'problems'], newApi),
    page(paths.adminApi(':key'), proven('administer'), ['admin', 'problems'], api),
    page(paths.deleteApi(':key'), proven('administer'), ['admin'], deleteApi),
    page(paths.adminConnections, toChange(permitted('see')), ['admin', 'connections'], adminConnections),
    page(paths.newConnection, proven('administer'), ['admin', 'connections', 'problems'], newConnection),
    page(
      paths.adminConnection(':connection'),
      proven('administer'),
      ['admin', 'connections', 'problems'],
      adminConnection,
    ),
    page(
      paths.connectionClaims(':connection'),
      proven('administer'),
      ['admin', 'connections', 'problems'],
      connectionClaims,
    ),
    page(
      paths.connectionSecret(':connection'),
      proven('administer'),
      ['admin', 'connections', 'problems'],
      connectionSecret,
    ),
    page(
      paths.suspendConnection(':connection'),
      proven('administer'),
      ['admin', 'connections'],
      suspendConnection,
    ),
    page(
      paths.deleteConnection(':connection'),
      proven('administer'),
      ['admin', 'connections'],
      deleteConnection,
    ),
    page(paths.testConnection(':connection'), proven('administer'), ['admin', 'connections'], testConnection),
    page(paths.adminServers, permitted('see'), ['admin'], adminServers),
    page(paths.newServer, proven('administer'), ['admin', 'problems'], newServer),
    page(paths.adminServer(':key'), proven('administer'), ['admin', 'problems'], server),
    page(paths.deleteServer(':key'), proven('administer'), ['admin'], deleteServer),
    page(paths.adminScopes, permitted('see'), ['admin'], adminScopes),
    page(paths.newScope, proven('administer'), ['admin', 'problems'], newScope),
    page(paths.adminScope(':key'), proven('administer'), ['admin', 'problems'], scope),
    page(paths.deleteScope(':key'), proven('administer'), ['admin'], deleteScope),
    page(paths.adminDetailTypes, permitted('see'), ['admin'], adminDetailTypes),
    page(paths.newDetailType, proven('administer'), ['admin', 'problems'], newDetailType),
    page(paths.adminDetailType(':key'), proven('administer'), ['admin', 'problems'], detailType),
    page(paths.deleteDetailType(':key'), proven('administer'), ['admin'], deleteDetailType),
    page(paths.adminKeys, permitted('see'), ['admin'], adminKeys),
    page(paths.rotateKey(':alg'), proven('administer'), ['admin'], rotateKey),
    page(paths.withdrawKey(':kid'), proven('administer'), ['admin'], withdrawKey),
    page(paths.adminAudit, permitted('see'), ['admin'], adminAudit),
    page(paths.adminAuditExport, proven('see'), ['admin'], adminAuditExport),
    page(paths.adminHealth, toChange(permitted('administer')), ['admin'], adminHealth),
    page(paths.adminSettings, permitted('administer'), ['admin'], adminSettings),
    page(paths.adminLogouts, permitted('see'), ['admin', 'applications'], adminLogouts),
    page(paths.adminInvitations, proven('administer'), ['admin'], adminInvitations),
    page(paths.withdrawInvitation(':id'), permitted('administer'), [], withdrawInvitation),
  ]
}
