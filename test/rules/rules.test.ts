import { describe, expect, it } from 'vitest'
import { parseName } from '../../src/rules/clients/certificate.ts'
import { parseOrigin } from '../../src/rules/clients/origin.ts'
import { domainOf, parseDomain } from '../../src/rules/people/domain.ts'
import { checkEmail } from '../../src/rules/people/person.ts'
import { checkCodeVerifier } from '../../src/rules/requests/pkce.ts'
import { answerParameters, parseRedirectUri } from '../../src/rules/requests/redirect-uri.ts'

describe('PKCE', () => {
  it('gives the vector of RFC 7636 appendix B', () => {
    const challenge = { s256: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' }
    expect(checkCodeVerifier(challenge, 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')).toBeUndefined()
    expect(checkCodeVerifier(challenge, 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXK')?.refused).toBe(
      'invalid_grant',
    )
  })
})

describe('a redirect URI at registration', () => {
  it.each([
    'https://www.getpostman.com/oauth2/callback',
    'https://app.example/cb?tenant=1',
    'https://app.example/code/state?codes=1&State=2',
    'http://localhost:3000/cb',
    'http://127.0.0.1/',
    'http://[::1]:8080/cb',
  ])('%s may be registered by every client, unchanged', (uri) => {
    expect(parseRedirectUri(uri, 'confidential')).toEqual({ uri })
  })

  it.each([
    'com.example.app:/cb',
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'notes:/cb',
    'vscode://x/cb',
  ])('%s only by a public client', (uri) => {
    expect(parseRedirectUri(uri, 'public')).toEqual({ uri })
    expect(parseRedirectUri(uri, 'confidential')).toHaveProperty('problem')
  })

  it.each([
    'callback',
    '/callback',
    'https://',
    'https://app.example/#x',
    'https://app.example/cb#',
    'https://user:pw@app.example/',
    'https://*.example/cb',
    'https://app.example/a b',
    'https://münchen.example/',
    'https://good.example\\@evil.example/',
    'http://app.example/cb',
    'http://127.0.0.1.evil.example/cb',
    'http://localhost@evil.example/',
    'http://127.1/cb',
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'blob:https://app.example/x',
    'vbscript:x',
    'about:blank',
    'mailto:thief@evil.example',
    'MailTo:thief@evil.example',
    'tel:123',
    'sms:123',
    'intent://evil#Intent;end',
    'view-source:https://app.example/',
    'x-javascript:alert(1)',
    'chrome://settings',
    'chrome-extension://abc/cb',
    'ms-settings:x',
    'ms-appinstaller:?source=https://evil.example',
    'search-ms:query=x',
    'moz-extension://abc/',
    'ssh://app.example/',
    ...answerParameters.map((name) => `https://app.example/cb?x=1&${name}=`),
    'com.example.app:/cb?state=1',
    'https://app.example/cb?%63ode=1',
  ])('%s is refused with a reason', (uri) => {
    expect(parseRedirectUri(uri, 'public')).toHaveProperty('problem')
  })
})

describe('an allowed origin', () => {
  it.each(['https://app.example', 'https://app.example:8443', 'http://localhost:3000', 'http://[::1]:3000'])(
    '%s',
    (origin) => {
      expect(parseOrigin(origin)).toEqual({ origin })
    },
  )

  it.each([
    '*',
    'null',
    'https://app.example/path',
    'http://app.example',
    'app.example',
    'https://*.example',
    'https://u@app.example',
  ])('%s is refused', (line) => {
    expect(parseOrigin(line)).toHaveProperty('problem')
  })
})

describe('the domain of an e-mail address', () => {
  it.each([
    ['ada@acme.example', 'acme.example'],
    ['Ada@ACME.Example', 'acme.example'],
    ['ada@acme.example.', 'acme.example'],
    ['ada@Bücher.example', 'xn--bcher-kva.example'],
    ['ada@BÜCHER.example', 'xn--bcher-kva.example'],
    ['ada@XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    ['ada@acme。example', 'acme.example'],
    ['ada@ａｃｍｅ.example', 'acme.example'],
    ['ada@ac\u00adme.example', 'acme.example'],
    // Another domain: subdomains are not included, and neither are longer or similar names.
    ['ada@mail.acme.example', 'mail.acme.example'],
    ['ada@notacme.example', 'notacme.example'],
    ['ada@acme.example.evil.example', 'acme.example.evil.example'],
    ['ada@аcme.example', 'xn--cme-5cd.example'],
  ])('%s is %s', (address, domain) => {
    expect(domainOf(address)).toBe(domain)
  })

  it.each([
    'ada@localhost',
    'ada@127.0.0.1',
    'ada@0x7f.1',
    'ada@[127.0.0.1]',
    'ada@acme..example',
    'ada@',
    '',
  ])('%s has none', (address) => {
    expect(domainOf(address)).toBeUndefined()
  })

  it.each([
    'acme.example/x',
    'acme.example?x',
    'acme.example#x',
    'x@acme.example:8443',
    '%61cme.example',
    'a b.example',
    '*.acme.example',
    '-a.example',
    `${'a'.repeat(64)}.example`,
  ])('%s is none', (typed) => {
    expect(parseDomain(typed)).toBeUndefined()
  })

  it('is saved in ASCII, and the part before it as it was typed', () => {
    const saved = (typed: string) => checkEmail(typed)
    expect(saved(' Ådä@BÜCHER.example ')).toEqual({ value: 'Ådä@xn--bcher-kva.example' })
    expect(saved('Ada@ACME.example')).toEqual({ value: 'Ada@ACME.example' })
  })
})

describe('the subject of a certificate (RFC 4514)', () => {
  it('has white space around its separators, and at most 500 characters', () => {
    expect(parseName(' CN = app , O= Acme ')).toBe('cn=app,o=Acme')
    const longest = `CN=${'a'.repeat(497)}`
    expect(parseName(longest)).toBe(longest.replace('CN', 'cn'))
    expect(parseName(`${longest}a`)).toBeUndefined()
  })
})
