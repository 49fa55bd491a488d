import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { AccountProject } from './account.ts'

// Files in the formats of `dumpdata`, `kc.sh export` and Auth0's exports.
const pbkdf2 = 'pbkdf2_sha256$26000$Zk3vYt9LqPwM$iiYpjy+pSTURwv469kmEt5S1Yo9W2NPnVkQ4gIZpyO0='
const slow = pbkdf2.replace('26000', '870000')
const bcrypt = '$2b$10$Yk8A.Q3Kx3eV5SSNcDcY1.uMyF14gv3CRCpdy3viBmLINANlrAqeO'

const djangoUser = (pk: number, fields: object) => ({
  model: 'auth.user',
  pk,
  fields: {
    password: pbkdf2,
    last_login: '2026-10-01T08:00:00Z',
    is_superuser: false,
    is_staff: false,
    is_active: true,
    date_joined: '2021-05-04T10:00:00.123Z',
    first_name: '',
    last_name: '',
    groups: [],
    user_permissions: [],
    ...fields,
  },
})
const djangoApplication = (pk: number, fields: object) => ({
  model: 'oauth2_provider.application',
  pk,
  fields: {
    user: 1,
    redirect_uris: 'https://app.example.com/callback https://*.example.com/callback',
    post_logout_redirect_uris: '',
    client_type: 'confidential',
    authorization_grant_type: 'authorization-code',
    client_secret: pbkdf2,
    hash_client_secret: true,
    name: 'Wiki',
    skip_authorization: false,
    algorithm: 'RS256',
    allowed_origins: '',
    created: '2024-01-02T03:04:05Z',
    updated: '2024-01-02T03:04:05Z',
    ...fields,
  },
})
const djangoToken = (pk: number, fields: object) => ({
  model: 'oauth2_provider.accesstoken',
  pk,
  fields: {
    token: 'x',
    expires: '2021-01-01T00:00:00Z',
    scope: 'read openid gone',
    source_refresh_token: null,
    ...fields,
  },
})

const django = [
  djangoUser(1, {
    username: 'ada',
    email: 'ada@example.com',
    first_name: 'Ada',
    last_name: 'Lovelace',
    is_superuser: true,
  }),
  djangoUser(2, { username: 'Grace', email: 'grace@example.com', password: slow }),
  djangoUser(3, { username: 'away', email: '', is_active: false, password: '!abcdefgh' }),
  djangoApplication(1, { client_id: 'wikiwikiwikiwikiwikiwikiwikiwikiwikiwiki' }),
  djangoApplication(2, { client_id: 'legacy', name: 'Legacy', authorization_grant_type: 'password' }),
  djangoToken(1, { user: 1, application: 1, expires: '2199-01-01T00:00:00Z' }),
  djangoToken(2, { user: 2, application: 1 }),
  djangoToken(3, { user: 3, application: 1 }),
  {
    model: 'oauth2_provider.refreshtoken',
    pk: 1,
    fields: { user: 2, application: 1, access_token: 2, revoked: null },
  },
]

const keycloak = {
  realm: 'shop',
  users: [
    {
      id: '0b0a3a5c-7f1e-4b0f-9d55-0c8f4d1c2f10',
      createdTimestamp: 1_700_000_000_000,
      username: 'mary',
      enabled: true,
      emailVerified: true,
      firstName: 'Mary',
      lastName: 'Shelley',
      email: 'mary@example.com',
      groups: ['/staff/editors'],
      credentials: [
        {
          type: 'password',
          secretData: JSON.stringify({
            value: 'tFWBGYVQWYldJs55Ny3C/FemDveHTqsi/Dpxz7sjU0Y=',
            salt: 'AAECAwQFBgcICQoLDA0ODw==',
            additionalParameters: {},
          }),
          credentialData: JSON.stringify({
            hashIterations: 5,
            algorithm: 'argon2',
            additionalParameters: {
              hashLength: ['32'],
              memory: ['7168'],
              type: ['id'],
              version: ['1.3'],
              parallelism: ['1'],
            },
          }),
        },
        { type: 'otp', secretData: '{"value":"x"}', credentialData: '{"subType":"totp"}' },
      ],
      clientConsents: [{ clientId: 'shop', grantedClientScopes: ['profile', 'email'] }],
    },
    { id: '5c1f', username: 'service-account-shop', serviceAccountClientId: 'shop', enabled: true },
  ],
  clients: [
    {
      clientId: 'account',

      standardFlowEnabled: true,
      redirectUris: ['/realms/shop/account/*'],
    },
    {
      clientId: 'shop',
      name: 'Shop',
      enabled: true,
      publicClient: true,
      standardFlowEnabled: true,
      directAccessGrantsEnabled: true,
      rootUrl: 'https://shop.example.com',
      redirectUris: ['/callback', 'https://shop.example.com/*'],
      webOrigins: ['+'],
      attributes: { 'post.logout.redirect.uris': 'https://shop.example.com/bye##+' },
    },
    { clientId: 'api', bearerOnly: true, enabled: true },
  ],
}

const auth0 = [
  {
    _id: { $oid: '5f7c8ec7c33c6c004bbafe82' },
    email: 'jane@example.com',
    email_verified: true,
    passwordHash: bcrypt,
  },
  {
    user_id: 'auth0|5f7c8ec7c33c6c004bbafe82',
    email: 'jane@example.com',
    email_verified: true,
    name: 'Jane Austen',
    created_at: '2020-10-06T15:00:00.000Z',
  },
  { user_id: 'google-oauth2|1', email: 'emma@example.com', email_verified: true, name: 'Emma' },
  {
    client_id: 'yF3kQ0bB7oP1aZ9cX2vN5mL8jH4gD6sT',
    name: 'Letters',
    app_type: 'spa',
    callbacks: ['https://letters.example.com/cb'],
    grant_types: ['authorization_code', 'implicit', 'refresh_token'],
  },
  {
    id: 'g1',
    clientID: 'yF3kQ0bB7oP1aZ9cX2vN5mL8jH4gD6sT',
    user_id: 'auth0|5f7c8ec7c33c6c004bbafe82',
    scope: ['openid', 'profile'],
  },
]

const csv = `username,email,email_verified,password_hash,name,groups
zoë,zoe@example.com,yes,${bcrypt},"Zoë ""Z"", Q",staff|editors
GRACE,other@example.com,no,,,
`

const project = new AccountProject()
const save = (name: string, text: string) => writeFileSync(project.at(name), text)
const run = (...args: readonly string[]) => {
  const { status, stdout, stderr } = project.run('import', ['--remote', ...args], {
    INIT_CWD: project.folder,
  })
  return { status, said: stdout, complained: stderr }
}
const everything = () =>
  ['users', 'clients', 'consents', 'consent_hosts', 'mail_tokens', 'user_terms'].map((table) =>
    project.rows(`SELECT * FROM ${table}`),
  )

describe('npm run import', () => {
  before(() => {
    save('django.json', JSON.stringify(django))
    save('realm.json', JSON.stringify(keycloak))
    save('users.ndjson', auth0.map((line) => JSON.stringify(line)).join('\n'))
    save('people.csv', csv)
    assert.equal(project.run('deploy', ['--issuer', 'https://id.example.com']).status, 0)
    project.exec(`INSERT INTO users (id, username, username_key, password_hash, role, created_at)
      VALUES ('root', 'root', 'root', '', 'administrator', 1)`)
  })
  after(() => project.remove())

  it('shows in a dry run what would be imported, and changes nothing', () => {
    const before = everything()
    const { status, said } = run(
      '--from',
      'django-oauth-toolkit',
      'django.json',
      '--owner',
      'root',
      '--dry-run',
    )
    assert.equal(status, 0)
    assert.match(said, /1 password will not work here/)
    assert.match(said, /Would import from django-oauth-toolkit: 3 people, 1 application, 2 consents/)
    assert.match(said, /PBKDF2 with 870,000 iterations: Workers refuse more than 100,000\n\s+"Grace"/)
    assert.deepEqual(everything(), before)
  })

  it('imports people, applications and consents of django-oauth-toolkit, once', () => {
    const options = [
      '--from',
      'django-oauth-toolkit',
      'django.json',
      '--owner',
      'root',
      '--report',
      'left.csv',
    ]
    const { status, said, complained } = run(...options)
    assert.equal(status, 0, complained)
    assert.match(said, /Imported from django-oauth-toolkit: 3 people, 1 application, 2 consents/)
    for (const why of [
      /"ada"[\s\S]*|is staff or superuser/,
      /grant type password is not supported/,
      /\*\.example\.com\/callback” has a wildcard/,
      /secret is not imported/,
    ]) {
      assert.match(said, why)
    }
    assert.match(
      readFileSync(project.at('left.csv'), 'utf8'),
      /"Legacy","its grant type password is not supported"/,
    )
    assert.deepEqual(
      project.rows(
        'SELECT id, username, email, role, created_at, suspended_at IS NOT NULL AS suspended, profile FROM users ORDER BY id',
      ),
      [
        {
          id: '1',
          username: 'ada',
          email: 'ada@example.com',
          role: 'user',
          created_at: 1_620_122_400,
          suspended: 0,
          profile: '{"given_name":"Ada","family_name":"Lovelace"}',
        },
        {
          id: '2',
          username: 'Grace',
          email: 'grace@example.com',
          role: 'user',
          created_at: 1_620_122_400,
          suspended: 0,
          profile: '{}',
        },
        {
          id: '3',
          username: 'away',
          email: null,
          role: 'user',
          created_at: 1_620_122_400,
          suspended: 1,
          profile: '{}',
        },
        {
          id: 'root',
          username: 'root',
          email: null,
          role: 'administrator',
          created_at: 1,
          suspended: 0,
          profile: '{}',
        },
      ],
    )
    assert.deepEqual(
      project.rows('SELECT user_id, redirect_host, scope FROM consent_hosts ORDER BY user_id'),
      [
        { user_id: '1', redirect_host: 'app.example.com', scope: 'read openid' },
        { user_id: '2', redirect_host: 'app.example.com', scope: 'read openid' },
      ],
    )
    const then = everything()
    // A person revoked a consent, and changed their profile.
    project.exec(
      `DELETE FROM consents WHERE user_id = '1'; UPDATE users SET profile = '{"name":"A"}' WHERE id = '1'`,
    )
    const changed = everything()
    assert.notDeepEqual(changed, then)
    const again = run(...options)
    assert.match(
      again.said,
      /0 people, 0 applications, 0 consents.\n.*Already there, and left as they are: 3 people, 1 app/,
    )
    assert.deepEqual(everything(), changed)
    assert.deepEqual(project.rows(`SELECT count(*) AS n FROM audit_events WHERE type = 'people_imported'`), [
      { n: 1 },
    ])
  })

  it('those of Keycloak', () => {
    const { status, said, complained } = run('--from', 'keycloak', 'realm.json', '--owner', 'root')
    assert.equal(status, 0, complained)
    assert.match(said, /keycloak: 1 person, 1 application, 1 consent.\n\s+Passwords that go on working: 1/)
    for (const why of [/authenticator app/, /shop\.example\.com\/\*/, /is an API \(bearer-only\)/])
      assert.match(said, why)
    assert.deepEqual(
      project.rows(`SELECT username, email_verified_at > 0 AS proven, groups,
        substr(password_hash, 1, 30) AS hash FROM users WHERE id LIKE '0b0a%'`),
      [{ username: 'mary', proven: 1, groups: '["staff/editors"]', hash: 'argon2id,m=7168,t=5,p=1,l=32$A' }],
    )
    assert.deepEqual(
      project.rows(`SELECT redirect_uris, post_logout_redirect_uris FROM clients WHERE id = 'shop'`),
      [
        {
          redirect_uris: '["https://shop.example.com/callback"]',
          post_logout_redirect_uris: '["https://shop.example.com/bye","https://shop.example.com/callback"]',
        },
      ],
    )
  })

  it('those of Auth0, one per line, with links for people without a password', () => {
    const { status, said, complained } = run(
      ...['--from', 'auth0', 'users.ndjson', '--owner', 'root', '--issuer', 'https://id.example.com'],
      ...['--reset-links', 'links.csv'],
    )
    assert.equal(status, 0, complained)
    assert.match(said, /auth0: 2 people, 1 application, 1 consent.\n\s+Passwords that go on working: 1/)
    assert.match(said, /signed in through another provider/)
    assert.deepEqual(
      project.rows(
        `SELECT id, username, substr(password_hash, 1, 18) AS hash, profile FROM users WHERE id LIKE 'auth0|%'`,
      ),
      [
        {
          id: 'auth0|5f7c8ec7c33c6c004bbafe82',
          username: 'jane@example.com',
          hash: 'bcrypt,c=10$2b$10$',
          profile: '{"name":"Jane Austen"}',
        },
      ],
    )
    const links = readFileSync(project.at('links.csv'), 'utf8')
    assert.match(
      links,
      /"emma@example.com","emma@example.com","https:\/\/id\.example\.com\/password-reset\/password\?token=[\w-]{43}"/,
    )
    assert.doesNotMatch(links, /jane/)
    assert.equal(project.rows('SELECT * FROM mail_tokens').length, 1)
  })

  it('people from a spreadsheet', () => {
    project.exec(`INSERT INTO connections (id, kind, name, position, client_id, settings, created_at, updated_at)
      VALUES ('acme', 'openid', 'Acme', 0, 'latchkey', '{}', 1, 1)`)
    project.exec(`INSERT INTO connection_domains VALUES ('example.com', 'acme', 1)`)
    const byProvider = /1 × signs in by Acme alone, as the domain of the address demands\n\s+"zoë"/
    assert.match(run('--from', 'csv', 'people.csv', '--dry-run').said, byProvider)
    const { status, said, complained } = run('--from', 'csv', 'people.csv')
    assert.equal(status, 0, complained)
    assert.match(said, byProvider)
    assert.match(said, /csv: 1 person, 0 applications, 0 consents/)
    assert.match(said, /another person here has this username\n\s+"GRACE"/)
    assert.deepEqual(project.rows(`SELECT groups, profile FROM users WHERE username = 'zoë'`), [
      { groups: '["staff","editors"]', profile: '{"name":"Zoë \\"Z\\", Q"}' },
    ])
  })

  it('reports in one line what it can’t do', () => {
    save('wrong.csv', 'name,shoe\na,b\n')
    for (const [args, line] of [
      [['--from', 'ldap', 'people.csv'], /^Name the format/],
      [['--from', 'csv', 'wrong.csv'], /has no column username/],
      [['--from', 'keycloak', 'realm.json'], /name their owner, --owner ada/],
      [['--from', 'keycloak', 'realm.json', '--owner', 'nobody'], /There is no user nobody/],
    ] as const) {
      const { status, complained } = run(...args)
      assert.equal(status, 1)
      assert.match(complained, line)
    }
  })
})
