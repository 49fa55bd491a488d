import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import page from '../docs/configuration.md?raw'
import admin from '../public/messages/admin/en.json'
import { configurationPage } from '../scripts/texts/configuration-page.ts'
import { parseConfig } from '../src/config.ts'
import worker from '../src/index.ts'
import { defaultLifetimes } from '../src/values/time.ts'

const secret = 'only-for-tests-only-for-tests-only-for-tests'
const parse = (variables: Record<string, unknown> = {}) =>
  parseConfig({ KEY_ENCRYPTION_SECRET: secret, ...variables })

describe('the settings', () => {
  it('require one secret, and nothing else', () => {
    expect(parse()).toEqual({
      issuer: undefined,
      oauthPath: '/o',
      corsAllowAllOrigins: false,
      hstsSubdomains: false,
      keyEncryptionSecret: secret,
      keyRing: [secret],
      leastProfile: 'openid-older',
      lifetimes: defaultLifetimes,
      mail: { mailer: 'outbox', from: '', apiUrl: '', apiToken: '' },
      signUp: 'off',
      signUpsPerNetwork: 200,
      brand: { name: 'Latchkey', color: undefined, logo: undefined },
      applications: 'everyone',
      registration: {
        mode: 'off',
        initialAccessToken: '',
        approval: false,
        mostOfNetwork: 50,
        documents: { allowed: [], denied: [] },
      },
      plan: 'free',
      quotas: {
        applications: 50,
        applicationBytes: 2_000_000,
        sessions: 100,
        passkeys: 20,
        authorizations: 200,
        changes: 1000,
      },
      auditRetention: 400 * 86_400,
      languages: ['en', 'de', 'fr', 'es', 'pt-BR', 'ja', 'zh-Hans', 'ar'],
      pushedOnly: false,
      dpopNonce: false,
      secondFactor: 'optional',
    })
  })

  it('are read as text, number or boolean; an empty one counts as unset', () => {
    const config = parse({
      ISSUER: 'http://localhost:9000',
      CODE_LIFETIME: 120,
      ACCESS_TOKEN_LIFETIME: '900',
      ID_TOKEN_LIFETIME: '',
      REFRESH_TOKEN_IDLE_LIFETIME: '1000',
      REFRESH_TOKEN_LIFETIME: '2000',
      SESSION_IDLE_LIFETIME: '3000',
      SESSION_LIFETIME: '4000',
      CORS_ALLOW_ALL_ORIGINS: true,
      OAUTH_PATH: '/oauth2',
    })
    expect(config).toMatchObject({
      issuer: 'http://localhost:9000',
      oauthPath: '/oauth2',
      corsAllowAllOrigins: true,
    })
    expect(config.lifetimes).toEqual({
      ...defaultLifetimes,
      code: 120,
      accessToken: 900,
      refreshIdle: 1000,
      refreshAbsolute: 2000,
      sessionIdle: 3000,
      sessionAbsolute: 4000,
    })
  })

  it.each([
    [{ KEY_ENCRYPTION_SECRET: '' }, /^KEY_ENCRYPTION_SECRET is missing, for example .*openssl/],
    [{ KEY_ENCRYPTION_SECRET: 'hunter2' }, /^KEY_ENCRYPTION_SECRET must have at least 32 characters/],
    [{ ISSUER: 'id.example.com' }, /^ISSUER must be an origin.*ISSUER=https:\/\/id\.example\.com/],
    [{ ISSUER: 'https://id.example.com/' }, /^ISSUER must be an origin/],
    [{ ISSUER: 'http://id.example.com' }, /^ISSUER must use https/],
    [{ OAUTH_PATH: 'o/' }, /^OAUTH_PATH must be a path.*OAUTH_PATH=\/oauth/],
    [{ OAUTH_PATH: '/login' }, /^OAUTH_PATH must not begin with a path that is in use/],
    [{ CORS_ALLOW_ALL_ORIGINS: 'yes' }, /^CORS_ALLOW_ALL_ORIGINS must be true or false/],
    [
      { CORS_ALLOW_ALL_ORIGINS: 'true', ISSUER: 'https://id.example.com' },
      /^CORS_ALLOW_ALL_ORIGINS is for development/,
    ],
    [
      { CODE_LIFETIME: '59' },
      /^CODE_LIFETIME must be a whole number of seconds from 60 to 600.*CODE_LIFETIME=60/,
    ],
    [{ CODE_LIFETIME: '601' }, /^CODE_LIFETIME must be/],
    [{ ACCESS_TOKEN_LIFETIME: '1h' }, /^ACCESS_TOKEN_LIFETIME must be/],
    [{ ACCESS_TOKEN_LIFETIME: 90.5 }, /^ACCESS_TOKEN_LIFETIME must be/],
    [{ ACCESS_TOKEN_LIFETIME: -3600 }, /^ACCESS_TOKEN_LIFETIME must be/],
    [{ REFRESH_TOKEN_IDLE_LIFETIME: '20000000' }, /^REFRESH_TOKEN_IDLE_LIFETIME must not be longer/],
    [{ SESSION_LIFETIME: '600' }, /^SESSION_IDLE_LIFETIME must not be longer/],
    [{ BRAND_NAME: 'a\ue000b' }, /^BRAND_NAME must have no control or private-use .*BRAND_NAME=Example/],
    [{ BRAND_NAME: 'a\nb' }, /^BRAND_NAME must have no control/],
  ])('are refused by name, with the reason: %o', (variables, message) => {
    expect(() => parse(variables)).toThrow(message)
    expect(() => parse(variables)).not.toThrow(/hunter2/)
  })

  it('report every error at once', () => {
    expect(() => parse({ ISSUER: 'x', CODE_LIFETIME: 'x' })).toThrow(/ISSUER .*; CODE_LIFETIME /)
  })

  it('keep the Worker from answering while one is invalid', async () => {
    const answer = await worker.fetch(
      new Request('http://localhost:8000/'),
      { ...env, CODE_LIFETIME: '1' },
      createExecutionContext(),
    )
    expect(answer.status).toBe(500)
  })

  it('are documented in docs/configuration.md', () => {
    expect(page, 'run: npm run docs:config').toBe(configurationPage(admin.settings))
  })
})
