import type { NamedProblem } from '../values/problem.ts'
import type { Client } from './clients/client.ts'
import type { ProfileName, ProfileRules } from './profile.ts'
import { type ProfileFault, profileFaults } from './profile-faults.ts'

/** The names of profiles for people. */
export const profileLabels: Readonly<Record<ProfileName, string>> = {
  'openid-older': 'OpenID Connect',
  'oauth-2.1': 'OAuth 2.1',
  mcp: 'MCP',
  'fapi-2.0': 'FAPI 2.0',
  'fapi-2.0-signed': 'FAPI 2.0 Message Signing',
}

/** The fields that decide whether an application can follow its profile. */
const fieldOf: Readonly<Record<ProfileFault, string>> = {
  authentication: 'jwks',
  keys: 'jwks',
  keyAlg: 'jwks',
  assertionAlg: 'token_endpoint_auth_signing_alg',
  requestObjectAlg: 'request_object_signing_alg',
  backchannelRequestAlg: 'backchannel_authentication_request_signing_alg',
  idTokenAlg: 'id_token_signed_response_alg',
  accessTokenAlg: 'access_token_signed_response_alg',
  userinfoAlg: 'userinfo_signed_response_alg',
  authorizationAlg: 'authorization_signed_response_alg',
  introspectionAlg: 'introspection_signed_response_alg',
}

/** A problem of the form for each fault by a profile, except the tolerated ones. */
export function noteFaults(
  wanted: Client,
  rules: ProfileRules,
  profile: ProfileName,
  note: (field: string) => (problem: NamedProblem) => void,
  tolerated: readonly ProfileFault[] = [],
): void {
  for (const fault of profileFaults(wanted, rules)) {
    if (tolerated.includes(fault)) continue
    const isAboutKeys = fault === 'authentication' || fault === 'keys'
    const field = isAboutKeys ? fieldOfKeys(wanted, fault) : fieldOf[fault]
    note(field)({
      code: isAboutKeys ? 'policyProfileKeys' : 'policyProfile',
      profile: profileLabels[profile],
    })
  }
}

/** A public application has no field for keys. A secret may be used beside keys that sign requests alone. */
function fieldOfKeys({ type, openid }: Client, fault: 'authentication' | 'keys'): string {
  if (type === 'public') return 'profile'
  return fault === 'authentication' && openid.keepsSecret ? 'keys_use' : fieldOf[fault]
}
