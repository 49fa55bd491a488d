import { describe, expect, it } from 'vitest'
import {
  base32,
  keyUri,
  matchOneTimeCode,
  oneTimeCode,
  stepAt,
} from '../../src/rules/sign-in/one-time-code.ts'
import { readRecoveryCode, recoveryCodeFrom } from '../../src/rules/sign-in/recovery-code.ts'

/** The key of RFC 4226 appendix D and RFC 6238 appendix B. */
const key = new TextEncoder().encode('12345678901234567890')

describe('one-time codes', () => {
  it('are those of RFC 4226 appendix D', () => {
    const codes = Array.from({ length: 10 }, (_, counter) => oneTimeCode(key, counter))
    expect(codes).toEqual([
      ...['755224', '287082', '359152', '969429', '338314'],
      ...['254676', '287922', '162583', '399871', '520489'],
    ])
  })

  it.each([
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ])('at %d are those of RFC 6238 appendix B', (time, code) => {
    expect(oneTimeCode(key, stepAt(time), 8)).toBe(code)
  })

  it('belong to this step, the one before or the one after', () => {
    const at = (step: number) => matchOneTimeCode(key, oneTimeCode(key, step), 100 * 30 + 7)
    expect([98, 99, 100, 101, 102].map(at)).toEqual([undefined, 99, 100, 101, undefined])
    expect(matchOneTimeCode(key, ' 287 082 ', 30)).toBe(1)
    for (const typed of ['', '28708', '2870822', '二八七〇八二']) {
      expect(matchOneTimeCode(key, typed, 30)).toBeUndefined()
    }
  })
})

describe('the key', () => {
  it.each([
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ])('is written as in RFC 4648 §10: %j', (text, written) => {
    expect(base32(new TextEncoder().encode(text))).toBe(written)
  })

  it('is a URI that apps read', () => {
    expect(keyUri('Latchkey id.example', 'ada@home: x', key)).toBe(
      'otpauth://totp/Latchkey%20id.example:ada%40home%3A%20x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Latchkey%20id.example',
    )
  })
})

describe('recovery codes', () => {
  it('are read however they are typed', () => {
    const code = recoveryCodeFrom(new Uint8Array([0, 1, 2, 31, 32, 20, 21, 16, 17, 18]))
    expect(code).toBe('012z0-mnghj')
    for (const typed of [code, '012Z0MNGHJ', ' o i 2 z o - m n g h j ', '0l2z0 mnghj']) {
      expect(readRecoveryCode(typed)).toBe(code)
    }
    for (const typed of ['', '123456', '012z0-mngh', '012z0-mnghjk', '012z0-mnghu']) {
      expect(readRecoveryCode(typed)).toBeUndefined()
    }
  })
})
