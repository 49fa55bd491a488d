import type { Paths } from '../paths.ts'
import type { Brand } from '../values/brand.ts'
import type { Language } from '../values/language.ts'
import type { Area, Messages, Texts } from './words/messages/index.ts'

/** The facts for every page: the URLs, the viewer, and the tokens of its forms. `A` are the areas of texts that it has. */
export interface Site<A extends Area = never> {
  readonly paths: Paths
  readonly issuer: string
  readonly viewer: Viewer | undefined
  readonly formToken: string
  readonly reference: string
  readonly language: Language
  /** Languages that the page exists in. */
  readonly languages: readonly Language[]
  readonly messages: Messages
  /** Empty on pages on the way to a client: their texts are in `messages`. */
  readonly texts: Pick<Texts, A>
  /** This page's own path and query: for the links of languages, and its place in the navigation. */
  readonly here: string
  /** Whether a password can be reset by mail. */
  readonly canReset: boolean
  readonly brand: Brand
  /** Whether everybody may create an account. */
  readonly canSignUp: boolean
  /** Whether people can be invited. */
  readonly canInvite: boolean
  /** A person signs in, consents or follows a mailed link: no link leads elsewhere. */
  readonly isOnTheWay: boolean
}

export interface Viewer {
  readonly username: string
  readonly isAdministrator: boolean
  /** Whether they may see the administration. */
  readonly isStaff: boolean
  /** Whether they may register applications. */
  readonly registers: boolean
}
