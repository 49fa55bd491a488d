import * as z from 'zod/mini'
import { isWithin } from '../../values/json.ts'
import { once } from '../../values/once.ts'
import type { FieldProblem } from '../../values/problem.ts'
import type { Scope } from '../requests/scope.ts'
import { scopeOfMetadata } from '../requests/scope-form.ts'
import { certificateMethods } from './certificate.ts'
import {
  backchannelGrant,
  type Client,
  deviceCodeGrant,
  grantTypesFor,
  type RegisteredGrantType,
} from './client.ts'
import { clientAuthenticationMethods } from './credentials.ts'
import { type ClientSettings, emptyClientForm, parseClientForm } from './form.ts'
import { cutName } from './name.ts'
import { type PolicyServer, parsePolicyForm } from './parse-policy.ts'
import { type MemberType, members, type PolicyForm, policyForm } from './policy-form.ts'

const text = once(() => z.optional(z.nullable(z.string())))
const texts = once(() => z.optional(z.nullable(z.array(z.string()))))

/** The supported members of RFC 7591 §2 besides the settings; `null` counts as missing. */
const known = once(() =>
  z.looseObject({
    redirect_uris: texts(),
    post_logout_redirect_uris: texts(),
    grant_types: texts(),
    response_types: texts(),
    token_endpoint_auth_method: text(),
    client_name: text(),
    scope: text(),
    // CIBA Core §4.
    backchannel_token_delivery_mode: text(),
    backchannel_user_code_parameter: z.optional(z.nullable(z.boolean())),
  }),
)

/** The members that are settings, by the table of the form. OIDC Dynamic Client Registration §2 and others define them. */
const settings = once(() => {
  const types: Readonly<Record<MemberType, z.ZodMiniType>> = {
    text: text(),
    choice: text(),
    flag: z.optional(z.nullable(z.boolean())),
    keys: z.optional(z.nullable(z.looseObject({}))),
  }
  return z.looseObject(Object.fromEntries(members.map(([, name, type]) => [name, types[type]])))
})

export type ClientMetadata = z.infer<ReturnType<typeof known>>

/** Members without any effect here: returned as they were sent (RFC 7591 §3.2.1). */
const told =
  /^(client_uri|logo_uri|tos_uri|policy_uri|contacts|software_id|software_version|application_type)$|^(client_name|client_uri|logo_uri|tos_uri|policy_uri)#[A-Za-z0-9-]{1,35}$/

export interface Metadata {
  readonly client: ClientSettings & Pick<Client, 'policy' | 'openid'>
  readonly authMethod: AuthMethod
  readonly told: Readonly<Record<string, unknown>>
}

export type AuthMethod = (typeof clientAuthenticationMethods | typeof certificateMethods)[number]

/** The methods of this server; those with a certificate only where the edge asks for one. */
export function authMethodsOf(hasCertificates: boolean): readonly AuthMethod[] {
  return [...clientAuthenticationMethods, ...(hasCertificates ? certificateMethods : [])]
}

const longestTold = 4000

export interface RegisteringServer extends Pick<PolicyServer, 'issuer' | 'least'> {
  readonly mtlsHost: string | undefined
}

export type MetadataProblem =
  /** `problem` comes from the form for people; its field is the name of the member. */
  | { readonly field: string; readonly problem: FieldProblem['problem'] }
  | { readonly field: string; readonly description: string }

/**
 * The metadata of a client that registers or publishes itself (RFC 7591 §2). Unknown members are accepted, scopes are reduced
 * to `allowed`, never refused. `template` holds the values that the client can't choose.
 */
export function parseMetadata(
  json: unknown,
  template: Client,
  allowed: Scope,
  { issuer, mtlsHost, least }: RegisteringServer,
): Metadata | { readonly problems: readonly MetadataProblem[] } {
  const read = known().safeParse(json)
  const set = settings().safeParse(json)
  if (!read.success || !set.success) {
    const [issue] = [...(read.error?.issues ?? []), ...(set.error?.issues ?? [])]
    return { problems: [{ field: String(issue?.path[0] ?? 'metadata'), description: 'has the wrong type' }] }
  }
  const metadata = read.data
  const grants = grantTypesOf(metadata)
  const method = metadata.token_endpoint_auth_method ?? 'client_secret_basic'
  const authMethods = authMethodsOf(mtlsHost !== undefined)
  const authMethod = authMethods.find((one) => one === method)
  if (grants === undefined) return refused('grant_types', 'contains no grant type that this server supports')
  if (authMethod === undefined)
    return refused('token_endpoint_auth_method', `must be one of ${authMethods.join(', ')}`)
  const responseTypes = metadata.response_types ?? ['code']
  if (responseTypes.length > 0 && !responseTypes.includes('code'))
    return refused('response_types', 'must contain code')
  const delivery = metadata.backchannel_token_delivery_mode ?? 'poll'
  if (delivery !== 'poll') return refused('backchannel_token_delivery_mode', 'must be poll')
  if (metadata.backchannel_user_code_parameter === true)
    return refused('backchannel_user_code_parameter', 'must be false')
  const parsed = parseClientForm({
    ...emptyClientForm,
    name: cutName(metadata.client_name ?? nameFrom(metadata.redirect_uris ?? [])),
    clientType: authMethod === 'none' ? 'public' : 'confidential',
    ...grants,
    redirectUris: (metadata.redirect_uris ?? []).join('\n'),
    postLogoutRedirectUris: (metadata.post_logout_redirect_uris ?? []).join('\n'),
  })
  if ('problems' in parsed) return { problems: parsed.problems.map(asMember) }
  const client: Client = { ...template, ...parsed.settings }
  const policy = parsePolicyForm(policyFormOf(metadata, client, allowed, mtlsHost !== undefined), client, {
    issuer,
    least,
    tolerated: [],
  })
  if ('problems' in policy) return { problems: policy.problems }
  const hasKeys = policy.policy.policy.keys !== undefined
  const certificate = policy.policy.openid.certificate
  if (certificate === undefined && !hasKeys && authMethod === 'private_key_jwt')
    return refused('token_endpoint_auth_method', 'private_key_jwt needs keys: jwks or jwks_uri')
  const extra = Object.fromEntries(
    Object.entries(metadata).filter(([name, value]) => told.test(name) && value !== null),
  )
  if (!isWithin(5, extra) || JSON.stringify(extra).length > longestTold)
    return refused('metadata', `is larger than ${longestTold} characters, or has more than five levels`)
  return { client: { ...parsed.settings, ...policy.policy }, authMethod, told: extra }
}

function refused(field: string, description: string) {
  return { problems: [{ field, description }] }
}

/** The form for people has other names for some members. */
function asMember({ field, problem }: FieldProblem): FieldProblem {
  const names: Readonly<Record<string, string>> = {
    name: 'client_name',
    client_type: 'token_endpoint_auth_method',
    authorization_grant_type: 'grant_types',
  }
  return { field: names[field] ?? field, problem }
}

const registeredAs: Readonly<Record<string, RegisteredGrantType>> = {
  authorization_code: 'authorization-code',
  client_credentials: 'client-credentials',
  [deviceCodeGrant]: 'device-code',
  [backchannelGrant]: 'backchannel',
}

/** RFC 7591 §2: a server may leave out grants that it does not support. */
function grantTypesOf({ grant_types }: ClientMetadata) {
  const [grantType, ...furtherGrantTypes] = [
    ...new Set((grant_types ?? ['authorization_code']).flatMap((name) => registeredAs[name] ?? [])),
  ]
  return grantType === undefined ? undefined : { grantType, furtherGrantTypes }
}

/** A client without a name is named after the host of its redirect URI. */
function nameFrom([first]: readonly string[]): string {
  const host = first !== undefined && URL.canParse(first) ? new URL(first).host : ''
  return host === '' ? 'Application' : host
}

function policyFormOf(
  metadata: ClientMetadata,
  client: Client,
  allowed: Scope,
  hasCertificates: boolean,
): PolicyForm {
  const form = { ...policyForm(client) }
  for (const [text, name, type] of members) form[text] = textOf(type, metadata[name], form[text])
  return {
    ...form,
    scope: scopeOfMetadata(metadata.scope, client, allowed),
    keysUse: metadata.token_endpoint_auth_method === 'private_key_jwt' ? 'authentication' : 'requests',
    certificate:
      certificateMethods.find((one) => one === metadata.token_endpoint_auth_method) ?? 'no_certificate',
    certificateBound: `${hasCertificates && form.certificateBound === 'true'}`,
  }
}

/** A member as a text of the form. */
function textOf(type: MemberType, value: unknown, before: string): string {
  if (value === undefined || value === null)
    return { text: '', keys: '', flag: 'false', choice: before }[type]
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** A text of the form as a member; undefined if it is unset. */
function memberOf(type: MemberType, text: string): unknown {
  if (type === 'flag') return text === 'true'
  if (text === '') return undefined
  return type === 'keys' ? JSON.parse(text) : text
}

/** Everything that is stored of a client, as RFC 7591 §3.2.1 requires. Unset members are left out: a `null` breaks clients. */
export function formatMetadata(
  client: Client,
  authMethod: AuthMethod,
  extra: Readonly<Record<string, unknown>>,
) {
  const grantTypes = grantTypesFor(client)
  const form = policyForm(client)
  const all: Readonly<Record<string, unknown>> = {
    ...extra,
    client_id: client.id,
    client_id_issued_at: client.createdAt,
    client_name: client.name,
    redirect_uris: client.redirectUris.length === 0 ? undefined : client.redirectUris,
    post_logout_redirect_uris:
      client.postLogoutRedirectUris.length === 0 ? undefined : client.postLogoutRedirectUris,
    grant_types: grantTypes,
    response_types: grantTypes.includes('authorization_code') ? ['code'] : [],
    token_endpoint_auth_method: authMethod,
    // CIBA Core §4: requests need no code of the person.
    ...(grantTypes.includes(backchannelGrant) && {
      backchannel_token_delivery_mode: 'poll',
      backchannel_user_code_parameter: false,
    }),
    scope: client.policy.scope.join(' '),
    ...Object.fromEntries(members.map(([text, name, type]) => [name, memberOf(type, form[text])])),
    // Without an algorithm: JSON, and any algorithm. Neither has a name there (OIDC Registration §2).
    userinfo_signed_response_alg: client.openid.userinfoAlg,
    request_object_signing_alg: client.openid.requestObjectAlg,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}
