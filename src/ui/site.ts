import type { Paths } from '../paths.ts'
import type { Brand } from '../values/brand.ts'
import type { Language } from '../values/language.ts'
import type { Area, Messages, Texts } from './words/messages/index.ts'

/** What every page knows: where things are, who is looking, and what makes its forms valid. `A` are the areas of texts that it has. */
export interface Site<A extends Area = never> {
  readonly paths: Paths
  readonly issuer: string
  readonly viewer: Viewer | undefined
  readonly formToken: string
  readonly reference: string
  readonly language: Language
  /** That it can be shown in. */
  readonly languages: readonly Language[]
  readonly messages: Messages
  /** None on pages that are on the way to a client: their texts are in `messages`. */
  readonly texts: Pick<Texts, A>
  /** This page's own path, to come back to in another language. */
  readonly here: string
  /** Whether a mail can bring a new password. */
  readonly canReset: boolean
  readonly brand: Brand
  /** Whether everybody may create an account. */
  readonly canSignUp: boolean
}

export interface Viewer {
  readonly username: string
  readonly isAdministrator: boolean
  /** Whether they may read the administration. */
  readonly isStaff: boolean
  /** Whether they may register applications. */
  readonly registers: boolean
}
