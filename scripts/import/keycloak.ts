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

/** The output of `kc.sh export`: a realm with its users, or one of the files with only users. */
export function readKeycloak(parsed: unknown): Export {
  const realm = isForeign(parsed) ? parsed : {}
  const leftOut: LeftOut[] = []
  const users = objectsOf(realm.users).filter((user) => {
    const isService = textOf(user, 'serviceAccountClientId') !== undefined
    return !isService && textOf(user, 'username') !== undefined
  })
  const clients = objectsOf(realm.clients)
  const applications = clients.flatMap((client) => readClient(client, leftOut))
  const people = users.map((user) => {
    const username = textOf(user, 'username') ?? ''
    const attributes = isForeign(user.attributes) ? user.attributes : {}
    const attribute = (name: string) => textsOf(attributes[name])[0]
    tellOfLost(user, username, leftOut)
    return {
      ref: username,
      id: textOf(user, 'id') ?? '',
      username,
      email: textOf(user, 'email'),
      isEmailProven: user.emailVerified === true,
      password: passwordOf(user),
      createdAt: secondsOf(user.createdTimestamp),
      isSuspended: user.enabled === false,
      claims: {
        given_name: textOf(user, 'firstName'),
        family_name: textOf(user, 'lastName'),
        phone_number: attribute('phoneNumber'),
        locale: attribute('locale'),
        zoneinfo: attribute('zoneinfo'),
        website: attribute('website'),
        picture: attribute('picture'),
      },
      // A path, like /staff/editors.
      groups: textsOf(user.groups).map((group) => group.replace(/^\//, '')),
    }
  })
  const consents = users.flatMap((user) =>
    objectsOf(user.clientConsents).flatMap((consent) => {
      const application = textOf(consent, 'clientId')
      const person = textOf(user, 'username') ?? ''
      return application ? [{ person, application, scopes: textsOf(consent.grantedClientScopes) }] : []
    }),
  )
  return { people, applications, consents, leftOut }
}

function tellOfLost(user: Foreign, username: string, leftOut: LeftOut[]): void {
  const kinds = new Set(objectsOf(user.credentials).map((credential) => textOf(credential, 'type')))
  if (kinds.has('otp'))
    leftOut.push({ what: username, why: 'had an authenticator app: they set it up again here' })
  if (kinds.has('webauthn') || kinds.has('webauthn-passwordless')) {
    leftOut.push({
      what: username,
      why: 'had a passkey, which belongs to the address of the other server: they add one here',
    })
  }
  if (objectsOf(user.federatedIdentities).length > 0) {
    leftOut.push({ what: username, why: 'signed in through another provider: that link is not imported' })
  }
}

/** As a PHC string, the only format with all parameters. Credentials are JSON in JSON; older versions have separate fields. */
function passwordOf(user: Foreign): string | undefined {
  const credential = objectsOf(user.credentials).find((one) => textOf(one, 'type') === 'password')
  const [secret, data] = [jsonOf(credential?.secretData), jsonOf(credential?.credentialData)]
  const value = textOf(secret, 'value') ?? textOf(credential, 'hashedSaltedValue')
  const salt = textOf(secret, 'salt') ?? textOf(credential, 'salt')
  if (value === undefined || salt === undefined) return undefined
  const algorithm = textOf(data, 'algorithm') ?? textOf(credential, 'algorithm') ?? ''
  const iterations = textOf(data, 'hashIterations') ?? textOf(credential, 'hashIterations') ?? ''
  if (algorithm === 'argon2') {
    const more = isForeign(data?.additionalParameters) ? data.additionalParameters : {}
    const one = (name: string) => textsOf(more[name])[0] ?? ''
    if (one('version') !== '1.3') return `$argon2 ${one('version')}$`
    return `$argon2${one('type')}$v=19$m=${one('memory')},t=${iterations},p=${one('parallelism')}$${salt}$${value}`
  }
  const name = algorithm === 'pbkdf2' ? 'pbkdf2-sha1' : algorithm
  return `$${name}$i=${iterations}$${salt}$${value}`
}

function jsonOf(value: unknown): Foreign | undefined {
  try {
    const parsed: unknown = JSON.parse(String(value))
    return isForeign(parsed) ? parsed : undefined
  } catch {
    return undefined
  }
}

/** The clients that every realm has. */
const builtIn =
  /^(account|account-console|admin-cli|broker|realm-management|security-admin-console|.*-realm)$/

function readClient(client: Foreign, leftOut: LeftOut[]): readonly ImportedApplication[] {
  const id = textOf(client, 'clientId') ?? ''
  if (builtIn.test(id)) return []
  const attributes = isForeign(client.attributes) ? client.attributes : {}
  const grantTypes: ImportedApplication['grantTypes'][number][] = []
  if (client.standardFlowEnabled === true || client.implicitFlowEnabled === true)
    grantTypes.push('authorization-code')
  if (client.serviceAccountsEnabled === true) grantTypes.push('client-credentials')
  if (attributes['oauth2.device.authorization.grant.enabled'] === 'true') grantTypes.push('device-code')
  const note = (why: string) => leftOut.push({ what: id, why })
  if (client.bearerOnly === true) note('is an API (bearer-only): add it under APIs')
  else if (textOf(client, 'protocol') === 'saml') note('uses SAML, which is not supported')
  else if (grantTypes.length === 0) note('has no supported flow')
  else {
    if (client.implicitFlowEnabled === true)
      note('used the implicit flow: here it uses the code flow, with PKCE')
    if (client.directAccessGrantsEnabled === true)
      note('could ask for passwords itself, which is not possible here')
    if (client.enabled === false) note('is disabled there: it is not imported')
    return client.enabled === false ? [] : [applicationOf(client, id, grantTypes, attributes)]
  }
  return []
}

function applicationOf(
  client: Foreign,
  id: string,
  grantTypes: ImportedApplication['grantTypes'],
  attributes: Foreign,
): ImportedApplication {
  const rootUrl = textOf(client, 'rootUrl') ?? ''
  const absolute = (uri: string) => (uri.startsWith('/') ? rootUrl.replace(/\/$/, '') + uri : uri)
  const afterLogout = (textOf(attributes, 'post.logout.redirect.uris') ?? '').split('##')
  const redirectUris = textsOf(client.redirectUris).map(absolute)
  return {
    ref: id,
    id,
    // `${client_account}` is a key of Keycloak's texts.
    name: textOf(client, 'name')?.replace(/^\$\{(.*)\}$/, '$1') ?? id,
    isPublic: client.publicClient === true,
    grantTypes,
    redirectUris,
    // A plus means the redirect URIs.
    postLogoutRedirectUris: afterLogout.flatMap((uri) =>
      uri === '+' ? redirectUris : uri === '' ? [] : [absolute(uri)],
    ),
    allowedOrigins: textsOf(client.webOrigins).filter((origin) => origin !== '+'),
  }
}
