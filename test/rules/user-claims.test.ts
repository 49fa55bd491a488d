import { describe, expect, it } from 'vitest'
import {
  type ClaimsSubject,
  profileSchema,
  userClaims,
  userClaimValues,
} from '../../src/rules/openid/user-claims.ts'

const ada: ClaimsSubject = {
  username: 'ada',
  email: 'ada@example.com',
  emailVerified: true,
  profile: {},
  groups: [],
  updatedAt: 1,
}

const valuesOf = (subject: ClaimsSubject) => userClaimValues(subject, userClaims)

describe('claims about a user', () => {
  it('email_verified is true or false beside every address', () => {
    expect(valuesOf(ada)).toMatchObject({ email: 'ada@example.com', email_verified: true })
    expect(valuesOf({ ...ada, emailVerified: false })).toMatchObject({ email_verified: false })
    expect(userClaimValues({ ...ada, emailVerified: false }, ['email'])).toMatchObject({
      email_verified: false,
    })
    const without = valuesOf({ ...ada, email: undefined })
    expect(without).not.toHaveProperty('email')
    expect(without).not.toHaveProperty('email_verified')
  })

  it('a phone number is unverified, and phone_number_verified is missing without one', () => {
    const phone_number = '+44 20 7946 0000'
    const withPhone = valuesOf({ ...ada, profile: { phone_number } })
    expect(withPhone).toMatchObject({ phone_number, phone_number_verified: false })
    expect(valuesOf(ada)).not.toHaveProperty('phone_number_verified')
  })

  it('name is made from what is known', () => {
    const nameOf = (profile: ClaimsSubject['profile']) => valuesOf({ ...ada, profile }).name
    expect(nameOf({ name: 'Ada L.', given_name: 'Ada', family_name: 'Lovelace' })).toBe('Ada L.')
    expect(nameOf({ given_name: 'Ada', family_name: 'Lovelace' })).toBe('Ada Lovelace')
    expect(nameOf({ given_name: 'Ada' })).toBe('Ada')
    expect(nameOf({})).toBe('ada')
  })

  it('one without a value is left out, an empty address too', () => {
    expect(Object.keys(valuesOf({ ...ada, profile: { address: {} } })).sort()).toEqual(
      ['email', 'email_verified', 'groups', 'name', 'preferred_username', 'updated_at'].sort(),
    )
  })

  it('only requested claims are returned', () => {
    expect(userClaimValues(ada, ['email', 'sub', 'password_hash', '__proto__'])).toEqual({
      email: 'ada@example.com',
      email_verified: true,
    })
  })
})

describe('a profile', () => {
  it.each<[string, unknown]>([
    ['name that is a number', { name: 7 }],
    ['name that is null', { name: null }],
    ['empty name', { name: '' }],
    ['endless name', { name: 'x'.repeat(201) }],
    ['website that is not a URL', { website: 'ada.example' }],
    ['picture that runs a script', { picture: 'javascript:alert(1)' }],
    ['profile that is a list', { profile: ['https://ada.example/'] }],
    ['birthdate in words', { birthdate: '10 December 1815' }],
    ['birthdate with month 13', { birthdate: '1815-13-10' }],
    ['time zone with a space', { zoneinfo: 'Europe / London' }],
    ['locale that is a sentence', { locale: 'British English' }],
    ['phone number without +', { phone_number: '020 7946 0000' }],
    ['phone number that is a number', { phone_number: 442079460000 }],
    ['address that is text', { address: '12 St James’s Square' }],
    ['address with a number', { address: { postal_code: 12345 } }],
    ['profile that is text', 'Ada'],
  ])('with a %s is refused', (_, profile) => {
    expect(profileSchema().safeParse(profile).success).toBe(false)
  })

  it.each([
    { birthdate: '1815' },
    { birthdate: '0000-12-10' },
    { zoneinfo: 'America/Argentina/Buenos_Aires' },
    { locale: 'zh-Hant-TW' },
    { phone_number: '+1 (604) 555-1234;ext=5678' },
    {},
  ])('%o is accepted', (profile) => {
    expect(profileSchema().parse(profile)).toEqual(profile)
  })

  it('drops unknown claims', () => {
    expect(profileSchema().parse({ name: 'Ada', admin: true })).toEqual({ name: 'Ada' })
  })
})
