import {
  type Export,
  type Foreign,
  type ImportedApplication,
  isForeign,
  type LeftOut,
  objectsOf,
  secondsOf,
  textOf,
  wordsOf,
} from './records.ts'

/**
 * The JSON output of `manage.py dumpdata` for the users (`auth.user`, or a custom model with `username` and `password`) and for
 * `oauth2_provider`: applications, and tokens, which contain the consents.
 */
export function readDjango(parsed: unknown, now: number): Export {
  const rows = objectsOf(parsed).flatMap((row) => {
    const { fields } = row
    const [model, ref] = [textOf(row, 'model')?.toLowerCase(), textOf(row, 'pk')]
    return model && ref && isForeign(fields) ? [{ model, ref, fields }] : []
  })
  const of = (model: string) => rows.filter((row) => row.model === `oauth2_provider.${model}`)
  const leftOut: LeftOut[] = []
  const people = rows
    .filter(
      ({ model, fields }) =>
        !model.startsWith('oauth2_provider.') && 'password' in fields && 'username' in fields,
    )
    .map(({ ref, fields }) => {
      const username = textOf(fields, 'username') ?? ''
      if (fields.is_superuser === true || fields.is_staff === true) {
        leftOut.push({ what: username, why: 'is staff or superuser there: assign a role here by hand' })
      }
      return {
        ref,
        id: ref,
        username,
        email: textOf(fields, 'email'),
        isEmailProven: false,
        // Django writes an exclamation mark for an unusable password.
        password: textOf(fields, 'password')?.startsWith('!') ? undefined : textOf(fields, 'password'),
        createdAt: secondsOf(fields.date_joined),
        isSuspended: fields.is_active === false,
        claims: { given_name: textOf(fields, 'first_name'), family_name: textOf(fields, 'last_name') },
        groups: [],
      }
    })
  const applications = of('application').flatMap(({ ref, fields }) => readApplication(ref, fields, leftOut))
  const kept = new Set(
    of('refreshtoken')
      .filter(({ fields }) => fields.revoked === null)
      .map(({ fields }) => textOf(fields, 'access_token')),
  )
  const consents = of('accesstoken')
    .filter(({ ref, fields }) => kept.has(ref) || (secondsOf(fields.expires) ?? 0) > now)
    .flatMap(({ fields }) => {
      const [person, application] = [textOf(fields, 'user'), textOf(fields, 'application')]
      return person && application ? [{ person, application, scopes: wordsOf(fields, 'scope') }] : []
    })
  return { people, applications, consents, leftOut }
}

function readApplication(ref: string, fields: Foreign, leftOut: LeftOut[]): readonly ImportedApplication[] {
  const id = textOf(fields, 'client_id') ?? ''
  const name = textOf(fields, 'name') ?? id
  const grant = textOf(fields, 'authorization_grant_type') ?? ''
  const [grantType, why] = grants[grant] ?? [undefined, `its grant type ${grant} is not supported`]
  if (why !== undefined) leftOut.push({ what: name, why })
  if (fields.skip_authorization === true) {
    leftOut.push({ what: name, why: 'skips consent there: make it first-party here by hand' })
  }
  if (textOf(fields, 'algorithm') === 'HS256') {
    leftOut.push({
      what: name,
      why: 'its ID tokens were signed with HS256: here they are RS256, which its library must expect',
    })
  }
  if (grantType === undefined) return []
  return [
    {
      ref,
      id,
      name,
      isPublic: textOf(fields, 'client_type') === 'public',
      grantTypes: [grantType],
      redirectUris: wordsOf(fields, 'redirect_uris'),
      postLogoutRedirectUris: wordsOf(fields, 'post_logout_redirect_uris'),
      allowedOrigins: wordsOf(fields, 'allowed_origins'),
    },
  ]
}

type GrantType = ImportedApplication['grantTypes'][number]

const grants: Readonly<Record<string, readonly [GrantType | undefined, string?]>> = {
  'authorization-code': ['authorization-code'],
  'openid-hybrid': ['authorization-code', 'used the hybrid flow: here it uses the code flow, with PKCE'],
  implicit: ['authorization-code', 'used the implicit flow: here it uses the code flow, with PKCE'],
  'client-credentials': ['client-credentials'],
  'urn:ietf:params:oauth:grant-type:device_code': ['device-code'],
  'device-code': ['device-code'],
}
