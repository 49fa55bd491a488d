import { type Client, type ClientKeys, isForPeople, isRegisteredFor, usesSecret } from './clients/client.ts'
import { assertionAlgorithms } from './clients/credentials.ts'
import { mayVerify, parseJwks } from './clients/jwks.ts'
import {
  type AuthenticationMethod,
  type ProfileName,
  type ProfileRules,
  profiles,
  rulesFor,
} from './profile.ts'
import { type Refusal, refuse } from './refusal.ts'

/** How a client authenticates by its registration. */
function authenticationOf(
  client: Pick<Client, 'type' | 'policy' | 'openid'>,
): readonly AuthenticationMethod[] {
  const { certificate } = client.openid
  if (certificate !== undefined) return [certificate.method]
  if (client.type === 'public') return ['none']
  return usesSecret(client) ? ['client_secret_basic', 'client_secret_post'] : ['private_key_jwt']
}

/** A setting of a client that its profile does not allow. */
export type ProfileFault =
  | 'authentication'
  | 'keys'
  | 'keyAlg'
  | 'assertionAlg'
  | 'requestObjectAlg'
  | 'backchannelRequestAlg'
  | 'idTokenAlg'
  | 'accessTokenAlg'
  | 'userinfoAlg'
  | 'authorizationAlg'
  | 'introspectionAlg'

/** Empty: the client can follow its profile. */
export function profileFaults(client: Client, rules: ProfileRules): readonly ProfileFault[] {
  const { openid, policy } = client
  const methods = authenticationOf(client)
  const authenticates = methods.some((method) => rules.authentication.includes(method))
  const asserts = methods.includes('private_key_jwt')
  const signsRequests = rules.signedRequests && isForPeople(client)
  const signsAnswers = rules.signedAnswers && isRegisteredFor(client, 'authorization-code')
  const used = [
    ...(asserts ? (['assertionAlg'] as const) : []),
    ...(signsRequests || openid.signedOnly ? (['requestObjectAlg'] as const) : []),
    ...(isRegisteredFor(client, 'backchannel') ? (['backchannelRequestAlg'] as const) : []),
    ...(isForPeople(client) ? (['idTokenAlg', 'userinfoAlg'] as const) : []),
    'accessTokenAlg' as const,
    ...(signsAnswers ? (['authorizationAlg'] as const) : []),
    ...(rules.signedIntrospection ? (['introspectionAlg'] as const) : []),
  ]
  const algorithms = used.filter((name) => {
    const alg = openid[name]
    return alg !== undefined && !rules.algorithms.includes(alg)
  })
  const lacksKeys = signsRequests && policy.keys === undefined
  const hasOtherKeys = (asserts || signsRequests) && !mayHaveKey(policy.keys, rules)
  return [
    ...(authenticates ? [] : ['authentication' as const]),
    ...(authenticates && lacksKeys ? ['keys' as const] : []),
    ...(authenticates && hasOtherKeys ? ['keyAlg' as const] : []),
    ...algorithms,
  ]
}

/** Keys behind an address are looked at when they are used. */
function mayHaveKey(keys: ClientKeys | undefined, { algorithms }: ProfileRules): boolean {
  if (keys === undefined || 'jwksUri' in keys || algorithms.length === assertionAlgorithms.length) return true
  return mayVerify(parseJwks(JSON.parse(keys.jwks)).keys, algorithms)
}

/** A profile, and the settings of a client that it forbids. */
export interface Failing {
  readonly profile: ProfileName
  readonly faults: readonly ProfileFault[]
}

/** The profile that a client can't follow, its own or the server's: it gets no tokens. Undefined: it can. */
export function failingOf(client: Client, least: ProfileName): Failing | undefined {
  const faults = profileFaults(client, rulesFor(client, least))
  if (faults.length === 0) return undefined
  const isOwn = profileFaults(client, profiles[client.openid.profile]).length > 0
  return { profile: isOwn ? client.openid.profile : least, faults }
}

const faultTexts: Readonly<Record<ProfileFault, string>> = {
  authentication: 'the way in which it authenticates',
  keys: 'requests without registered keys',
  keyAlg: 'its keys: none of them fits its algorithms',
  assertionAlg: 'the algorithm of its assertions',
  requestObjectAlg: 'the algorithm of its request objects',
  backchannelRequestAlg: 'the algorithm of its backchannel requests',
  idTokenAlg: 'the algorithm of its ID tokens',
  accessTokenAlg: 'the algorithm of its access tokens',
  userinfoAlg: 'the algorithm of its userinfo',
  authorizationAlg: 'the algorithm of its signed answers',
  introspectionAlg: 'the algorithm of its signed introspection',
}

/** For the developer of a client that can't follow its profile. Undefined: it can. */
export function checkProfile(client: Client, rules: ProfileRules): Refusal | undefined {
  const [fault] = profileFaults(client, rules)
  return fault && forbidden(fault)
}

/** For one setting that makes this request impossible, though others are possible. */
export function forbidden(fault: ProfileFault): Refusal {
  return refuse('unauthorized_client', `The profile of this application does not allow ${faultTexts[fault]}`)
}
