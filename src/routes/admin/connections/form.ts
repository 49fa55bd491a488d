import { callProblem, frameProblem } from '../../../rules/callable-url.ts'
import { lengthProblem, nameProblem } from '../../../rules/names.ts'
import { parseDomain } from '../../../rules/people/domain.ts'
import { isRefusal } from '../../../rules/refusal.ts'
import { parseScope } from '../../../rules/requests/scope.ts'
import {
  type Connection,
  type ConnectionKind,
  type ConnectionSettings,
  type ProviderAuth,
  type ProviderEndpoints,
  signUpRules,
} from '../../../rules/sign-in/connection.ts'
import { microsoftIssuer, presets } from '../../../rules/sign-in/presets.ts'
import { type HomeDomain, mostDomains } from '../../../store/sign-in/connection-changes.ts'
import type { FieldProblem, NamedProblem } from '../../../values/problem.ts'
import { fieldsOf } from '../form.ts'

export const connectionFields = [
  'id',
  'name',
  'issuer',
  'authorization_endpoint',
  'token_endpoint',
  'user_endpoint',
  'emails_endpoint',
  'client_id',
  'auth_method',
  'team_id',
  'key_id',
  'scope',
  'sign_up',
  'sign_up_domains',
  'believes_email',
  'believes_acr',
  'domains',
  'enforced_domains',
] as const

/** The form as it was typed. A ticked box is `yes`. */
export type ConnectionForm = Readonly<Record<(typeof connectionFields)[number], string>>

/** The facts that the form sets: the claims and their mapping have a form of their own. */
export interface TypedConnection {
  readonly id: string
  readonly name: string
  readonly issuer: string | undefined
  readonly clientId: string
  readonly settings: Omit<ConnectionSettings, 'claims' | 'groups' | 'roles'>
  readonly domains: readonly HomeDomain[]
}

const longestText = 300

export function readConnectionForm(pairs: URLSearchParams): ConnectionForm {
  return fieldsOf(connectionFields, (field) => (pairs.get(field) ?? '').trim())
}

export function writeConnectionForm(form: ConnectionForm): URLSearchParams {
  return new URLSearchParams(Object.entries(form).filter(([field]) => field !== 'id'))
}

/** `id`: one that is free. */
export function newConnectionForm(kind: ConnectionKind, id: string): ConnectionForm {
  const { name, issuer = '', endpoints, method, scope } = presets[kind]
  const given: Partial<ConnectionForm> = {
    id,
    name,
    issuer,
    auth_method: method,
    scope,
    sign_up: 'nobody',
    ...endpointFields(endpoints),
  }
  return fieldsOf(connectionFields, (field) => given[field] ?? '')
}

export function connectionForm(connection: Connection, domains: readonly HomeDomain[]): ConnectionForm {
  const { id, name, issuer = '', clientId, settings } = connection
  const { auth } = settings
  const listed = (enforced: boolean) =>
    domains.flatMap((one) => (one.enforced === enforced ? [one.domain] : [])).join('\n')
  const given: Partial<ConnectionForm> = {
    id,
    name,
    issuer,
    client_id: clientId,
    auth_method: auth.method,
    ...(auth.method === 'apple' && { team_id: auth.teamId, key_id: auth.keyId }),
    scope: settings.scope,
    sign_up: settings.signUp,
    sign_up_domains: settings.signUpDomains.join('\n'),
    believes_email: settings.believesEmail ? 'yes' : '',
    believes_acr: settings.believesAcr ? 'yes' : '',
    domains: listed(false),
    enforced_domains: listed(true),
    ...endpointFields(settings.endpoints),
  }
  return fieldsOf(connectionFields, (field) => given[field] ?? '')
}

function endpointFields(endpoints: ProviderEndpoints | undefined): Partial<ConnectionForm> {
  return {
    authorization_endpoint: endpoints?.authorization ?? '',
    token_endpoint: endpoints?.token ?? '',
    user_endpoint: endpoints?.user ?? '',
    emails_endpoint: endpoints?.emails ?? '',
  }
}

/** `known`: the saved connection, whose id and issuer do not change, since identities belong to them. */
export function parseConnectionForm(
  form: ConnectionForm,
  kind: ConnectionKind,
  known: Connection | undefined,
  ownIssuer: string,
): TypedConnection | { readonly problems: readonly FieldProblem[] } {
  const problems: FieldProblem[] = []
  const note = (field: keyof ConnectionForm, problem: NamedProblem | undefined) => {
    if (problem !== undefined) problems.push({ field, problem })
  }
  if (!/^[a-z0-9][a-z0-9-]{0,38}[a-z0-9]$/.test(form.id) || form.id === 'new')
    note('id', { code: 'connectionId' })
  const name = form.name.normalize('NFC')
  if (name === '') note('name', { code: 'apiName' })
  else note('name', lengthProblem(name, known?.name) ?? nameProblem(name))
  const issuer = known === undefined ? typedIssuer(form, kind) : known.issuer
  if (known === undefined && presets[kind].issuer !== undefined)
    note('issuer', issuerProblem(issuer, ownIssuer))
  const endpoints = presets[kind].endpoints && endpointsOf(form)
  if (endpoints !== undefined) {
    note('authorization_endpoint', frameProblem(endpoints.authorization, ownIssuer))
    note('token_endpoint', callProblem(endpoints.token, ownIssuer))
    note('user_endpoint', callProblem(endpoints.user, ownIssuer))
    if (endpoints.emails !== undefined) note('emails_endpoint', callProblem(endpoints.emails, ownIssuer))
  }
  if (!/^[\x20-\x7e]+$/.test(form.client_id)) note('client_id', { code: 'connectionClientId' })
  if (form.client_id.length > longestText) note('client_id', { code: 'tooLong', most: longestText })
  const auth = authOf(form, kind)
  if (auth === undefined) note('auth_method', { code: 'policyChoice' })
  if (auth?.method === 'apple') {
    const isGiven = (text: string) => /^[A-Z0-9]{10}$/.test(text)
    if (!isGiven(form.team_id)) note('team_id', { code: 'connectionTeam' })
    if (!isGiven(form.key_id)) note('key_id', { code: 'connectionKeyId' })
  }
  const scope = form.scope === '' ? [] : parseScope(form.scope)
  if (isRefusal(scope)) note('scope', { code: 'scopeName' })
  else if (presets[kind].issuer !== undefined && !scope.includes('openid'))
    note('scope', { code: 'connectionOpenid' })
  const signUp = signUpRules.find((rule) => rule === form.sign_up)
  if (signUp === undefined) note('sign_up', { code: 'policyChoice' })
  const listOf = (field: 'sign_up_domains' | 'domains' | 'enforced_domains') => {
    const list = domainsIn(form[field])
    if ('problem' in list) note(field, list.problem)
    return 'problem' in list ? [] : list.domains
  }
  const signUpDomains = listOf('sign_up_domains')
  if (signUp === 'domains' && form.sign_up_domains === '')
    note('sign_up_domains', { code: 'connectionDomains' })
  const enforced = listOf('enforced_domains')
  const domains = listOf('domains').filter((domain) => !enforced.includes(domain))
  if (domains.length + enforced.length > mostDomains) note('domains', manyDomains)
  if (problems.length > 0 || auth === undefined || signUp === undefined || isRefusal(scope))
    return { problems }
  return {
    id: form.id,
    name,
    issuer,
    clientId: form.client_id,
    settings: {
      endpoints,
      auth,
      scope: scope.join(' '),
      signUp,
      signUpDomains,
      believesEmail: form.believes_email === 'yes',
      believesAcr: form.believes_acr === 'yes',
    },
    domains: [
      ...domains.map((domain) => ({ domain, enforced: false })),
      ...enforced.map((domain) => ({ domain, enforced: true })),
    ],
  }
}

/** Microsoft's is typed as the id of the directory. */
function typedIssuer(form: ConnectionForm, kind: ConnectionKind): string | undefined {
  if (presets[kind].issuer === undefined) return undefined
  return kind === 'microsoft' ? microsoftIssuer(form.issuer) : form.issuer
}

/** Undefined: a directory without an id. */
function issuerProblem(issuer: string | undefined, ownIssuer: string): NamedProblem | undefined {
  if (issuer === undefined) return { code: 'connectionTenant' }
  if (issuer === ownIssuer) return { code: 'apiSelf' }
  // OIDC Discovery §3: without a query.
  if (issuer.includes('?')) return { code: 'addressForm' }
  return callProblem(issuer, ownIssuer)
}

function endpointsOf(form: ConnectionForm): ProviderEndpoints {
  return {
    authorization: form.authorization_endpoint,
    token: form.token_endpoint,
    user: form.user_endpoint,
    emails: form.emails_endpoint === '' ? undefined : form.emails_endpoint,
  }
}

/** Apple has one way of its own; no other provider has it. */
function authOf(form: ConnectionForm, kind: ConnectionKind): ProviderAuth | undefined {
  if (kind === 'apple') return { method: 'apple', teamId: form.team_id, keyId: form.key_id }
  const method = authMethods.find((known) => known === form.auth_method)
  return method && { method }
}

export const authMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const

const manyDomains: NamedProblem = { code: 'scopesMany', most: mostDomains }

function domainsIn(
  typed: string,
): { readonly domains: readonly string[] } | { readonly problem: NamedProblem } {
  const words = typed.split(/[\s,;]+/).filter((word) => word !== '')
  const parsed = words.map((word) => [word, parseDomain(word)] as const)
  const wrong = parsed.find(([, domain]) => domain === undefined)
  if (wrong !== undefined) return { problem: { code: 'connectionDomain', name: wrong[0].slice(0, 64) } }
  const domains = [...new Set(parsed.flatMap(([, domain]) => (domain === undefined ? [] : [domain])))]
  return domains.length > mostDomains ? { problem: manyDomains } : { domains }
}

/** A client secret, or the private key that makes Apple's. */
export function secretProblem(secret: string, method: ProviderAuth['method']): NamedProblem | undefined {
  if (method === 'private_key_jwt') return undefined
  if (method === 'apple') {
    const isKey = /^-----BEGIN PRIVATE KEY-----\s[A-Za-z0-9+/=\s]+-----END PRIVATE KEY-----$/.test(secret)
    return isKey && secret.length <= 2000 ? undefined : { code: 'connectionKey' }
  }
  if (secret.length > 1000) return { code: 'tooLong', most: 1000 }
  return /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(secret) ? undefined : { code: 'connectionSecret' }
}
