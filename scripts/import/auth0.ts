import {
  type Export,
  type Foreign,
  type ImportedApplication,
  isForeign,
  type LeftOut,
  objectsOf,
  secondsOf,
  textOf,
  textsOf,
} from './records.ts'

/**
 * Users from the bulk export (one object per line, or a list), with the password hashes that Auth0's support exports; clients
 * and grants as listed by the Management API. All of them may be in one file: an object with `users`, `clients` and `grants`,
 * or one list.
 */
export function readAuth0(parsed: unknown): Export {
  const all = isForeign(parsed)
    ? [parsed, ...objectsOf(parsed.users), ...objectsOf(parsed.clients), ...objectsOf(parsed.grants)]
    : objectsOf(parsed)
  const leftOut: LeftOut[] = []
  const grants = all.filter((one) => 'clientID' in one && 'user_id' in one)
  const clients = all.filter((one) => 'client_id' in one && !grants.includes(one))
  const users = merged(
    all.filter((one) => !grants.includes(one) && !clients.includes(one) && idOf(one) !== undefined),
  )
  return {
    people: users.map((user) => readUser(user, leftOut)),
    applications: clients.flatMap((client) => readClient(client, leftOut)),
    consents: grants.flatMap((grant) => {
      const [person, application] = [textOf(grant, 'user_id'), textOf(grant, 'clientID')]
      return person && application ? [{ person, application, scopes: textsOf(grant.scope) }] : []
    }),
    leftOut,
  }
}

/** `auth0|507f…`. The export of password hashes has only the part after the bar. */
function idOf(user: Foreign): string | undefined {
  const own = textOf(user, 'user_id') ?? textOf(user, 'Id')
  const bare = textOf(user, '_id') ?? (isForeign(user._id) ? textOf(user._id, '$oid') : undefined)
  return own ?? (bare === undefined ? undefined : `auth0|${bare}`)
}

/** Combines the export of people with that of their password hashes. */
function merged(records: readonly Foreign[]): readonly Foreign[] {
  const byId = new Map<string, Foreign>()
  for (const record of records) {
    const id = idOf(record) ?? ''
    byId.set(id, { ...byId.get(id), ...record, user_id: id })
  }
  return [...byId.values()]
}

function readUser(user: Foreign, leftOut: LeftOut[]) {
  const id = textOf(user, 'user_id') ?? ''
  const email = textOf(user, 'email')
  const username = textOf(user, 'username') ?? email ?? id
  const note = (why: string) => leftOut.push({ what: username, why })
  if (!id.startsWith('auth0|')) note('signed in through another provider: that link is not imported')
  if (Array.isArray(user.multifactor) && user.multifactor.length > 0) {
    note('had a second factor: they set it up again here')
  }
  return {
    ref: id,
    id,
    username,
    email,
    isEmailProven: user.email_verified === true,
    password: passwordOf(user),
    createdAt: secondsOf(user.created_at),
    isSuspended: user.blocked === true,
    claims: {
      name: textOf(user, 'name') === email ? undefined : textOf(user, 'name'),
      given_name: textOf(user, 'given_name'),
      family_name: textOf(user, 'family_name'),
      nickname: textOf(user, 'nickname'),
      picture: textOf(user, 'picture'),
      phone_number: textOf(user, 'phone_number'),
    },
    groups: [],
  }
}

function passwordOf(user: Foreign): string | undefined {
  const custom = isForeign(user.custom_password_hash) ? user.custom_password_hash : undefined
  const hash = isForeign(custom?.hash) ? custom.hash : undefined
  return textOf(user, 'passwordHash') ?? textOf(user, 'password_hash') ?? textOf(hash, 'value')
}

function readClient(client: Foreign, leftOut: LeftOut[]): readonly ImportedApplication[] {
  const id = textOf(client, 'client_id') ?? ''
  const name = textOf(client, 'name') ?? id
  if (client.global === true) return []
  const asked = textsOf(client.grant_types)
  const grantTypes: ImportedApplication['grantTypes'][number][] = []
  if (asked.includes('authorization_code') || asked.includes('implicit'))
    grantTypes.push('authorization-code')
  if (asked.includes('client_credentials')) grantTypes.push('client-credentials')
  if (asked.includes('urn:ietf:params:oauth:grant-type:device_code')) grantTypes.push('device-code')
  if (asked.includes('implicit') && !asked.includes('authorization_code')) {
    leftOut.push({ what: name, why: 'used the implicit flow: here it uses the code flow, with PKCE' })
  }
  if (grantTypes.length === 0) {
    leftOut.push({ what: name, why: 'has no supported flow' })
    return []
  }
  const type = textOf(client, 'app_type')
  const isPublic =
    textOf(client, 'token_endpoint_auth_method') === 'none' || type === 'native' || type === 'spa'
  return [
    {
      ref: id,
      id,
      name,
      isPublic,
      // By default Auth0 gives every application more grants than its kind uses.
      grantTypes: isPublic ? grantTypes.filter((one) => one !== 'client-credentials') : grantTypes,
      redirectUris: textsOf(client.callbacks),
      postLogoutRedirectUris: textsOf(client.allowed_logout_urls),
      allowedOrigins: [...textsOf(client.allowed_origins), ...textsOf(client.web_origins)],
    },
  ]
}
