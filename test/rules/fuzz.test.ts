import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import commonPasswords from '../../public/common-passwords.json'
import { makePaths } from '../../src/paths.ts'
import { callProblem } from '../../src/rules/callable-url.ts'
import { type Client, defaultClientOpenid, defaultClientPolicy } from '../../src/rules/clients/client.ts'
import { parseClientCredentials } from '../../src/rules/clients/credentials.ts'
import { parseOrigin } from '../../src/rules/clients/origin.ts'
import { parseParameters } from '../../src/rules/parameters.ts'
import { checkEmail, checkPassword, checkUsername, nameKey } from '../../src/rules/people/person.ts'
import { isRefusal } from '../../src/rules/refusal.ts'
import { readAsked } from '../../src/rules/requests/asked.ts'
import { checkRequest } from '../../src/rules/requests/checks.ts'
import { parseClaimsRequest } from '../../src/rules/requests/claims-request.ts'
import { parseDestination } from '../../src/rules/requests/destination.ts'
import { checkCodeVerifier, parseCodeChallenge } from '../../src/rules/requests/pkce.ts'
import { matchRedirectUri, parseRedirectUri, redirectHost } from '../../src/rules/requests/redirect-uri.ts'
import { parseResources } from '../../src/rules/requests/resource.ts'
import { parseScope } from '../../src/rules/requests/scope.ts'
import { parseCommonPasswords } from '../../src/rules/sign-in/common-passwords.ts'
import { parseNextPath } from '../../src/rules/sign-in/next-path.ts'
import { parseAssertion, parseRegistration } from '../../src/rules/sign-in/passkey.ts'
import { readRecoveryCode } from '../../src/rules/sign-in/recovery-code.ts'
import { chooseLanguage, languages, parseAcceptLanguage } from '../../src/values/language.ts'
import { addressBlock } from '../../src/values/network-address.ts'
import { parseTraceId } from '../../src/values/trace-context.ts'

const common = parseCommonPasswords(commonPasswords)
const runs = { seed: 20_261_124, numRuns: 1000 }

/** Text with a meaning for some parser, combined at random. */
const pieces = fc.constantFrom(
  ...[
    'http://',
    'https://',
    '//',
    '/',
    '\\',
    '/\\',
    '@',
    '#',
    '?',
    '&',
    '=',
    ':',
    ';',
    ',',
    '.',
    '..',
    '*',
    '%',
    '%00',
  ],
  ...[
    '%2f',
    '%5c',
    '\t',
    '\n',
    '\r',
    '\0',
    '\u0085',
    ' ',
    '"',
    "'",
    '<',
    '>',
    '{',
    '}',
    '[',
    ']',
    'javascript:',
    'data:',
  ],
  ...[
    'localhost',
    '127.0.0.1',
    '[::1]',
    'app.example',
    ':0',
    ':80',
    ':65536',
    ':99999',
    '/callback',
    'xn--',
    'é',
    '𝒳',
    '\ud800',
  ],
  ...[
    'Basic ',
    'Bearer ',
    'bm9ib2R5OnNlY3JldA==',
    'read',
    'write',
    'openid',
    'S256',
    'plain',
    'code',
    'none',
    'null',
    '-1',
    '1e9',
  ],
  ...[
    '__proto__',
    'constructor',
    '{"__proto__":{"a":1}}',
    '{"id_token":{"sub":null}}',
    '{"userinfo":{"email":{"essential":1}}}',
  ],
)
const nasty = fc.oneof(
  fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.json(),
)

const server = {
  issuer: 'https://id.example',
  paths: makePaths('/o'),
  config: { pushedOnly: false, leastProfile: 'oauth-2.1' as const },
}
const scopes = ['read', 'write'].map((name) => ({ name, description: name, resource: undefined }))

const client: Client = {
  id: 'c',
  ownerId: 'o',
  name: 'n',
  type: 'public',
  grantType: 'authorization-code',
  furtherGrantTypes: [],
  redirectUris: ['http://localhost/callback', 'https://app.example/callback', 'com.example.app:/callback'],
  postLogoutRedirectUris: [],
  allowedOrigins: [],
  createdAt: 0,
  updatedAt: 0,
  suspendedAt: undefined,
  approval: undefined,
  registeredBy: 'person',
  trust: 'unverified',
  lastUsedAt: undefined,
  policy: defaultClientPolicy,
  openid: defaultClientOpenid,
}

const names = fc.constantFrom(
  ...[
    'response_type',
    'client_id',
    'redirect_uri',
    'scope',
    'state',
    'code_challenge',
    'code_challenge_method',
    'prompt',
  ],
  ...[
    'max_age',
    'nonce',
    'response_mode',
    'acr_values',
    'claims',
    'client_secret',
    'client_assertion',
    'client_assertion_type',
  ],
  ...['request', 'request_uri', 'id_token_hint', 'resource'],
)
const pairs = fc.array(fc.tuple(fc.oneof(names, nasty), nasty), { maxLength: 12 })
const parameters = pairs.map((list) => parseParameters(list).parameters)

/** Never throws, and the result satisfies the property. */
function holds<T>(title: string, values: fc.Arbitrary<T>, property: (value: T) => void) {
  it(title, () => fc.assert(fc.property(values, property), runs))
}

describe('any input', () => {
  holds('parameters are there once, and hold no control character', pairs, (list) => {
    for (const [name, value] of parseParameters(list).parameters) {
      expect(list.filter(([other, text]) => other === name && text !== '')).toHaveLength(1)
      expect(value).not.toMatch(/\p{Cc}/u)
    }
  })

  const uris = fc.oneof(
    nasty,
    nasty.map((text) => `http://localhost${text}`),
    nasty.map((text) => `https://app.example/callback${text}`),
    fc
      .tuple(fc.integer({ min: -9, max: 999_999 }), fc.constantFrom('/callback', '/callback/', '/other', ''))
      .map(([port, path]) => `http://localhost:${port}${path}`),
  )
  holds('only a registered redirect URI is matched, and it can be redirected to', uris, (asked) => {
    const match = matchRedirectUri(client, asked)
    if (match === undefined) return
    expect(URL.canParse(match.uri)).toBe(true)
    expect(redirectHost(match.uri)).toMatch(/^(localhost(:[0-9]+)?|app\.example|com\.example\.app:)$/)
    expect(match.uri).toMatch(/\/callback$/)
  })

  holds('what is registered can be matched later, and is no script', uris, (line) => {
    const parsed = parseRedirectUri(line, 'public')
    if ('problem' in parsed) return
    expect(matchRedirectUri({ redirectUris: [parsed.uri] }, parsed.uri)?.uri).toBe(line)
    expect(new URL(parsed.uri).protocol).not.toMatch(/^(javascript|data|vbscript|file|blob|about):$/)
    redirectHost(parsed.uri)
  })

  holds('an origin is one', nasty, (line) => {
    const parsed = parseOrigin(line)
    if ('origin' in parsed) expect(new URL(parsed.origin).origin).toBe(parsed.origin)
  })

  holds(
    'the next path stays here',
    fc.oneof(
      nasty,
      nasty.map((text) => `/${text}`),
    ),
    (value) => {
      const path = parseNextPath(value)
      if (path === undefined) return
      expect(new URL(path, 'https://own.example/login').origin).toBe('https://own.example')
      expect(path).toMatch(/^\/(?![/\\])/)
      expect(parseNextPath(path)).toBe(path)
    },
  )

  holds(
    'only public https addresses are called',
    fc.oneof(
      nasty,
      nasty.map((text) => `https://${text}`),
    ),
    (value) => {
      if (callProblem(value, 'https://id.example.com') !== undefined) return
      const { protocol, hostname, username } = new URL(value)
      expect([protocol, username]).toEqual(['https:', ''])
      expect(hostname).not.toMatch(/^[0-9.]+$|^\[|localhost$/)
    },
  )

  holds('an authorization request is read or refused', parameters, (given) => {
    const asked = readAsked({ parameters: given, problem: undefined }, new URLSearchParams([...given]))
    const request = checkRequest('authorization', {
      asked,
      client,
      scopes,
      resources: [],
      detailTypes: [],
      server,
    })
    const destination = parseDestination(given, client)
    if (destination !== undefined) expect(URL.canParse(destination.redirectUri.uri)).toBe(true)
    if (isRefusal(request)) return
    expect(request.codeChallenge?.s256).toMatch(/^[\w-]{43}$/)
    if (request.maxAge !== undefined)
      expect(Number.isSafeInteger(request.maxAge) && request.maxAge >= 0).toBe(true)
  })

  holds(
    'credentials name their client, or are refused',
    fc.tuple(fc.option(nasty, { nil: undefined }), parameters),
    ([header, given]) => {
      const credentials = parseClientCredentials(header, given)
      if (!isRefusal(credentials)) expect(credentials.clientId).not.toBe('')
    },
  )

  holds(
    'a challenge is a hash, and no text verifies it',
    fc.tuple(parameters, nasty),
    ([given, verifier]) => {
      const challenge = parseCodeChallenge(given, true)
      if (challenge !== undefined && !isRefusal(challenge)) expect(challenge.s256).toMatch(/^[\w-]{43}$/)
      expect(isRefusal(checkCodeVerifier({ s256: 'A'.repeat(43) }, verifier))).toBe(true)
      // RFC 9700 §4.8.2: no challenge, so there is no verifier.
      expect(isRefusal(checkCodeVerifier(undefined, verifier))).toBe(true)
    },
  )

  holds('a scope holds names alone', nasty, (value) => {
    const scope = parseScope(value)
    if (!isRefusal(scope)) for (const name of scope) expect(name).toMatch(/^[\x21\x23-\x5b\x5d-\x7e]+$/)
  })

  holds(
    'claims are names, and poison nothing',
    fc.oneof(
      nasty,
      fc.json().map((json) => `{"userinfo":${json}}`),
    ),
    (value) => {
      const claims = parseClaimsRequest(value)
      if (!isRefusal(claims))
        for (const name of [...claims.userinfo, ...claims.acr]) expect(name).toBeTypeOf('string')
      expect(Object.prototype).not.toHaveProperty('a')
    },
  )

  holds('resources are absolute and without a fragment', fc.array(nasty, { maxLength: 12 }), (values) => {
    const resources = parseResources(new URLSearchParams(values.map((value) => ['resource', value])))
    if (isRefusal(resources)) return
    expect(resources.length).toBeLessThanOrEqual(10)
    for (const resource of resources) expect(URL.canParse(resource) && !resource.includes('#')).toBe(true)
  })

  holds('a person has a name that can be found again', nasty, (typed) => {
    const username = checkUsername(typed)
    if ('value' in username) {
      expect(checkUsername(username.value)).toEqual(username)
      expect(nameKey(nameKey(username.value))).toBe(nameKey(username.value))
      expect(nameKey(username.value)).not.toBe('')
    }
    const email = checkEmail(typed)
    if ('value' in email && email.value !== undefined) expect(email.value).toMatch(/^[^\s<>"]+@[^\s<>"]+$/)
    const password = checkPassword(typed, common)
    if ('value' in password) expect(checkPassword(password.value, common)).toEqual(password)
  })

  holds('codes and keys are read, or are none', nasty, (typed) => {
    expect(readRecoveryCode(typed) ?? '00000-00000').toMatch(/^[0-9a-z]{5}-[0-9a-z]{5}$/)
    expect(parseRegistration(typed)).toBeUndefined()
    expect(parseAssertion(typed)).toBeUndefined()
    expect(parseTraceId(typed) ?? '0'.repeat(32)).toMatch(/^[0-9a-f]{32}$/)
    expect(languages).toContain(chooseLanguage(parseAcceptLanguage(typed), languages))
    expect(addressBlock(typed)).toBeTypeOf('string')
  })
})
