/** What is known of the languages that somebody reads. */
export interface KnownLanguages {
  /** The one that they chose last; when they never chose one (`chosenAt` is 0), that of the pages when they signed in. */
  readonly language: string | undefined
  readonly chosenAt: number
  /** The claim `locale` of OIDC Core §5.1, a BCP 47 tag in which some write `_` for `-`. */
  readonly locale: string | undefined
}

/** The languages in which somebody should get a mail, the best first, as BCP 47 tags. */
export function mailLanguages({ language, chosenAt, locale }: KnownLanguages): readonly string[] {
  const said = locale?.replaceAll('_', '-')
  const wishes = chosenAt > 0 ? [language, said] : [said, language]
  return wishes.filter((wish) => wish !== undefined)
}
