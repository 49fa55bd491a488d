import type { Claims } from '../sign-in/provider-claims.ts'

/** RFC 8176 §2. */
const registered =
  'face fpt geo hwk iris kba mca mfa otp pin pop pwd rba retina sc sms swk tel user vbm wia'.split(' ')

/** Values of `acr` that mean two factors: those of OpenID, of REFEDS, and of PAPE. */
const twoFactors = [
  'phr',
  'phrh',
  'https://refeds.org/profile/mfa',
  'http://schemas.openid.net/pape/policies/2007/06/multi-factor',
]

/** How the person signed in at a provider that may be believed: registered values, with `mfa` where its `acr` means that. */
export function believedAmr({ amr, acr }: Claims): readonly string[] {
  const said = Array.isArray(amr) ? registered.filter((value) => amr.includes(value)) : []
  const isTwo = typeof acr === 'string' && twoFactors.includes(acr)
  return isTwo && !said.includes('mfa') ? [...said, 'mfa'] : said
}
