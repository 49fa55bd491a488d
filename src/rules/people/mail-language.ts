/** Facts about the languages of a person. */
export interface KnownLanguages {
  /** The one they chose last; if they never chose one (`chosenAt` is 0), the language of the pages when they signed in. */
  readonly language: string | undefined
  readonly chosenAt: number
  /** The claim `locale` of OIDC Core §5.1, a BCP 47 tag, sometimes written with `_` for `-`. */
  readonly locale: string | undefined
}

/** The languages for a mail to a person, the best first, as BCP 47 tags. */
export function mailLanguages({ language, chosenAt, locale }: KnownLanguages): readonly string[] {
  const said = locale?.replaceAll('_', '-')
  const wishes = chosenAt > 0 ? [language, said] : [said, language]
  return wishes.filter((wish) => wish !== undefined)
}
