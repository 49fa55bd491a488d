import type { NamedProblem } from '../values/problem.ts'
import type { Client } from './clients/client.ts'
import { type ProfileFault, type ProfileName, type ProfileRules, profileFaults } from './profile.ts'

/** The fields that decide whether an application can follow its profile. */
const fieldOf: Readonly<Record<ProfileFault, string>> = {
  authentication: 'jwks',
  keys: 'jwks',
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
    // A public application has no field for keys.
    const field = isAboutKeys && wanted.type === 'public' ? 'profile' : fieldOf[fault]
    note(field)({ code: isAboutKeys ? 'policyProfileKeys' : 'policyProfile', profile })
  }
}
