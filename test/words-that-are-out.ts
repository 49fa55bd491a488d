/** Words that are not plain English, each with a replacement. Texts, comments, test names and docs do without them. */
const everywhere: readonly (readonly [RegExp, string])[] = [
  [/\bhas not (?:a|an|the|its|one|any)\b/i, 'does not have'],
  [/\bstands?\b/i, 'is'],
  [/\b(?:holds at once|what holds)\b/i, 'applies, takes effect'],
  [/\bwho(?:m)?ever\b/i, 'a noun: anyone who, the user who'],
  [/\b(?:to|by|of|for|from|with) who\b/i, 'a noun: the person who'],
  [/\bmend(?:s|ed|ing)?\b/i, 'fix, correct'],
  [/\bof (?:no )?account\b/i, 'matters, counts'],
  [/\bis as once\b/i, 'is idempotent'],
  [/\bshall\b/, 'must, should, will'],
  [/\b(?:anew|afresh)\b/i, 'again, new'],
  [/\b(?:hears|hear of)\b/i, 'receives, learns, is notified'],
  [/\bbe gone\b/i, 'is deleted'],
  [/\btold of\b/i, 'told about, notified of'],
  [/\bby halves\b/i, 'completely or not at all'],
  [/\bc(?:ame|ome|omes) to pass\b/i, 'happen'],
  [/\bnone of ours\b/i, 'not one of ours'],
  [/\bneed not\b/i, 'does not have to'],
  [/\bthereby\b/i, 'so'],
  [/\bgood (?:until|no longer)\b/i, 'valid'],
]

/** Words that documentation may have, and no page or mail has. */
const onPages: readonly (readonly [RegExp, string])[] = [
  [/\bmail(?:s|ed)?\b/i, 'email'],
  [/\bgone\b/i, 'deleted'],
  [/\bgood\b/, 'valid'],
  [/\b(?:is|are|was|were) told\b/i, 'notified'],
  [/\bat once\b/i, 'immediately'],
  [/\bgo(?:es)? on\b/i, 'continue'],
  [/\bshut out\b/i, 'blocked'],
  [/\bholds?\b/i, 'contains, has, applies'],
  [/\bhand(?:s|ed)? (?:it )?on\b/i, 'pass on'],
  [/\bone a line\b/i, 'one per line'],
  [/\bto the letter\b/i, 'exactly'],
  [/\blook at\b/i, 'check'],
]

/** The words of the text that are out, each with a replacement. */
export function wordsThatAreOut(
  text: string,
  where: 'everywhere' | 'on a page' = 'everywhere',
): readonly string[] {
  const rules = where === 'everywhere' ? everywhere : [...everywhere, ...onPages]
  return rules.flatMap(([word, instead]) => {
    const found = word.exec(text)
    return found === null ? [] : [`“${found[0]}”: ${instead}`]
  })
}
