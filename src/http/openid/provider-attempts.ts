import { attemptLifetime, type ProviderAttempt } from '../../rules/sign-in/provider-attempt.ts'
import { openAttempt, sealAttempt } from '../../secrets/sign-in/provider-attempt.ts'
import type { Context } from '../context.ts'
import { dropCookie, keepCookie, readCookie, restOfNames } from '../sign-in/cookies.ts'

/** Browsers keep cookies of up to 4,096 characters (RFC 6265bis §5.6), so that a longer one is split into parts. */
const longestPart = 3800

/** Of all begun visits in one browser, the oldest of which are forgotten: each request sends them. */
const mostParts = 3

/** The name says when it began, and for which `state` it is: `{time}.{beginning of state}.{part}`. */
interface Kept {
  readonly name: string
  readonly attempt: string
  readonly part: number
}

/** The oldest attempt first, its parts in order. */
function keptAttempts(c: Context): readonly Kept[] {
  return restOfNames(c, 'with-')
    .flatMap((name) => {
      const [, attempt, part] = /^([0-9]{10,12}\.[A-Za-z0-9_-]{8})\.([0-9])$/.exec(name) ?? []
      return attempt === undefined || part === undefined ? [] : [{ name, attempt, part: Number(part) }]
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** False when its `next` is too long to be kept in this browser. */
export async function keepAttempt(c: Context, attempt: ProviderAttempt): Promise<boolean> {
  const sealed = await sealAttempt(c.var.config.keyEncryptionSecret, attempt)
  const parts = sealed.match(new RegExp(`.{1,${longestPart}}`, 'g')) ?? []
  if (parts.length > mostParts)
    return attempt.arrived?.at.idToken ? keepAttempt(c, shortened(attempt)) : false
  const kept = keptAttempts(c)
  const tooMany = kept.slice(0, Math.max(0, kept.length + parts.length - mostParts))
  const forgotten = tooMany.map((one) => one.attempt)
  for (const one of kept) if (forgotten.includes(one.attempt)) dropCookie(c, `with-${one.name}`)
  const name = `${attempt.startedAt}.${attempt.id.slice(0, 8)}`
  parts.forEach((part, index) => {
    keepCookie(c, `with-${name}.${index}`, part, attemptLifetime)
  })
  return true
}

/** Without the ID token, which is only for signing out there. */
function shortened(attempt: ProviderAttempt): ProviderAttempt {
  const { arrived } = attempt
  return { ...attempt, arrived: arrived && { ...arrived, at: { ...arrived.at, idToken: undefined } } }
}

/** The attempt of this browser with this `state`. From now on it is forgotten here: an answer counts once. */
export async function takeAttempt(c: Context, state: string): Promise<ProviderAttempt | undefined> {
  const attempt = await findAttempt(c, state)
  forgetAttempt(c, state)
  return attempt
}

export function forgetAttempt(c: Context, state: string): void {
  for (const { name } of partsOf(c, state)) dropCookie(c, `with-${name}`)
}

function partsOf(c: Context, state: string): readonly Kept[] {
  return keptAttempts(c).filter(({ attempt }) => attempt.endsWith(`.${state.slice(0, 8)}`))
}

export async function findAttempt(c: Context, state: string): Promise<ProviderAttempt | undefined> {
  if (!/^[A-Za-z0-9_-]{22}$/.test(state)) return undefined
  const sealed = partsOf(c, state)
    .map(({ name }) => readCookie(c, `with-${name}`) ?? '')
    .join('')
  const { config, now } = c.var
  return sealed === '' ? undefined : openAttempt(config.keyRing, state, sealed, now)
}
